package dev.wharf.core.utility;

import dev.wharf.core.error.SqlState;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;

/** What becomes of a name as it is read: scansup.c. */
final class Identifiers {
    /** NAMEDATALEN - 1. */
    static final int MAX_IDENTIFIER_BYTES = 63;

    private Identifiers() {
    }

    /** Only ASCII folds, whatever the locale: PostgreSQL does the same in a multi-byte encoding. */
    static String foldCase(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) >= 0x80) {
                StringBuilder folded = new StringBuilder(word);
                for (int j = 0; j < word.length(); j++) {
                    char c = word.charAt(j);
                    if (c >= 'A' && c <= 'Z') {
                        folded.setCharAt(j, (char) (c + 32));
                    }
                }
                return folded.toString();
            }
        }
        return word.toLowerCase(Locale.ROOT);
    }

    /** The first bytes that a name may have, with a notice if it has more. */
    static String truncate(String name, Consumer<Notice> notices) {
        if (name.length() * 3 <= MAX_IDENTIFIER_BYTES
                || name.getBytes(StandardCharsets.UTF_8).length <= MAX_IDENTIFIER_BYTES) {
            return name;
        }
        int bytes = 0;
        int end = 0;
        while (end < name.length()) {
            int codePoint = name.codePointAt(end);
            bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
            if (bytes > MAX_IDENTIFIER_BYTES) {
                break;
            }
            end += Character.charCount(codePoint);
        }
        String cut = name.substring(0, end);
        notices.accept(Notice.notice(SqlState.NAME_TOO_LONG,
                "identifier \"" + name + "\" will be truncated to \"" + cut + "\""));
        return cut;
    }
}
