package dev.wharf.core.utility;

import java.util.Locale;

/** Names and strings written so that SQL reads them back. */
public final class QuoteIdentifier {
    private QuoteIdentifier() {
    }

    /** PostgreSQL's {@code quote_identifier}. */
    public static String identifier(String name) {
        boolean plain = name.matches("[a-z_][a-z0-9_]*") && Keywords.isUnreserved(name);
        return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    public static String literal(String value) {
        String quoted = "'" + value.replace("'", "''") + "'";
        return value.indexOf('\\') >= 0 ? "E" + quoted.replace("\\", "\\\\") : quoted;
    }

    /** A file's or header's words as a plain name; null if nothing is left. */
    public static String plainName(String text) {
        String name = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_\\x{80}-\\x{10ffff}]+", "_")
                .replaceAll("^_+|_+$", "");
        if (name.isEmpty()) {
            return null;
        }
        return Character.isDigit(name.charAt(0)) ? "t_" + name : name;
    }
}
