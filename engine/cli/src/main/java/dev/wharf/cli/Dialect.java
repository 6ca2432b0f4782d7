package dev.wharf.cli;

import dev.wharf.core.utility.QuoteIdentifier;

/** How CSV is cut into fields. */
record Dialect(char delimiter, char quote, char escape) {
    /** What COPY must be told of it, each after a comma. */
    String options() {
        return (delimiter == ',' ? "" : delimiter == '\t' ? ", DELIMITER E'\\t'" : ", DELIMITER " + literal(delimiter))
                + (quote == '"' ? "" : ", QUOTE " + literal(quote)) + (escape == quote ? "" : ", ESCAPE " + literal(escape));
    }

    private static String literal(char c) {
        return QuoteIdentifier.literal(String.valueOf(c));
    }

    /** A character as people read it. */
    static String name(char c) {
        return c == '\t' ? "tab" : c == '\'' ? "\"'\"" : "'" + c + "'";
    }

    /** What the user says of it; null for what is to be found. */
    record Given(Character delimiter, Character quote, Character escape) {
        static final Given NOTHING = new Given(null, null, null);
    }
}
