package dev.wharf.core.utility;

/**
 * A lexical unit.
 *
 * @param text  word or quoted identifier as the name it stands for; string constant without quotes and escapes; number and
 *              operator as written; empty at the end of the input
 * @param start index of its first {@code char} in the query string
 * @param end   index after its last {@code char}
 */
record Token(Kind kind, String text, int start, int end) {
    enum Kind {
        /** A key word or an identifier, folded to lower case. */
        WORD,
        QUOTED_IDENT,
        STRING,
        /** An integer that fits 32 bits: the grammar's {@code ICONST}. */
        INTEGER,
        /** Any other number: the grammar's {@code FCONST}. */
        NUMBER,
        /** One of {@code ,()[].;:+-*}{@code /%^<>=}, or an operator. */
        OPERATOR,
        PARAM,
        END
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equals(word);
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED_IDENT;
    }

    /** Whether a statement ends before this token. */
    boolean endsStatement() {
        return kind == Kind.END || isOperator(";");
    }
}
