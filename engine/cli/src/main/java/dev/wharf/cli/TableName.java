package dev.wharf.cli;

import dev.wharf.core.error.PgError;
import dev.wharf.core.utility.QuoteIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A table's name as a word of a command line, read as PostgreSQL reads a string as a {@code regclass}. */
final class TableName {
    private static final Pattern PART = Pattern.compile("\\s*(?:\"((?:[^\"]|\"\")+)\"|([^\\s.\"]+))\\s*");
    private static final String SCHEMA = "public";

    private TableName() {
    }

    /** @throws PgError 42602 if it is none, 3F000 if it is of another schema than {@code public} */
    static String of(String word) {
        List<String> parts = new ArrayList<>();
        Matcher part = PART.matcher(word);
        int at = 0;
        do {
            if (!part.region(at, word.length()).lookingAt()) {
                throw invalid(word);
            }
            parts.add(part.group(1) != null ? part.group(1).replace("\"\"", "\"") : part.group(2).toLowerCase(Locale.ROOT));
            at = part.end() + 1;
        } while (part.end() < word.length() && word.charAt(part.end()) == '.');
        if (part.end() < word.length()) {
            throw invalid(word);
        }
        if (parts.size() > 2) {
            throw new PgError("0A000", "cross-database references are not implemented: \"" + String.join(".", parts) + "\"");
        }
        if (parts.size() == 2 && !parts.getFirst().equals(SCHEMA)) {
            throw new PgError("3F000", "schema \"" + parts.getFirst() + "\" does not exist")
                    .withHint("A name that has a point is in double quotes, as in SQL.");
        }
        return parts.getLast();
    }

    private static PgError invalid(String word) {
        return new PgError("42602", "invalid name syntax: " + QuoteIdentifier.literal(word))
                .withHint("A name that has blanks or double quotes is in double quotes, as in SQL.");
    }
}
