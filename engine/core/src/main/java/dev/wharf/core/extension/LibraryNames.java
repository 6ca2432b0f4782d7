package dev.wharf.core.extension;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.util.LinkedHashSet;
import java.util.Set;

/** The names in a list of libraries, in its order, each once: SplitDirectoriesString. */
final class LibraryNames {
    private final String list;
    private int at;

    private LibraryNames(String list) {
        this.list = list;
    }

    /** @throws PgError 42601 if it is no list */
    static Set<String> of(String parameter, String list) {
        Set<String> names = new LinkedHashSet<>();
        LibraryNames splitter = new LibraryNames(list);
        if (!splitter.split(names)) {
            throw new PgError(SqlState.SYNTAX_ERROR, "invalid list syntax in parameter \"" + parameter + "\"");
        }
        return names;
    }

    private boolean split(Set<String> names) {
        skipSpace();
        if (at == list.length()) {
            return true;
        }
        while (true) {
            String name = at < list.length() && list.charAt(at) == '"' ? quoted() : plain();
            if (name == null) {
                return false;
            }
            names.add(name);
            skipSpace();
            if (at == list.length()) {
                return true;
            }
            if (list.charAt(at++) != ',') {
                return false;
            }
            skipSpace();
        }
    }

    private String plain() {
        int end = list.indexOf(',', at);
        int start = at;
        at = end < 0 ? list.length() : end;
        String name = list.substring(start, at).strip();
        return name.isEmpty() ? null : name;
    }

    private String quoted() {
        StringBuilder name = new StringBuilder();
        at++;
        while (at < list.length()) {
            char c = list.charAt(at++);
            if (c == '"') {
                if (at == list.length() || list.charAt(at) != '"') {
                    return name.toString();
                }
                at++;
            }
            name.append(c);
        }
        return null;
    }

    private void skipSpace() {
        while (at < list.length() && list.charAt(at) <= ' ') {
            at++;
        }
    }
}
