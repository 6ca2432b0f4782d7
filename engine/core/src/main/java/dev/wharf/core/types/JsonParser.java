package dev.wharf.core.types;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.util.Arrays;

/** Reads a JSON text and tells a {@link Sink} what is in it; without recursion, however deep it is. Not thread-safe. */
final class JsonParser {
    /** About what PostgreSQL's max_stack_depth of 2 MB allows. */
    private static final int MAX_DEPTH = 16_300;

    /** Told of what a text consists of, in order. A key or a scalar is the lexer's token while the call lasts. */
    interface Sink {
        void begin(boolean object);

        void end();

        void key(JsonLexer token);

        void scalar(JsonLexer token);

        /** Called when the token behind the number is known, as an error in that comes first. */
        void number(byte[] source, int offset, int length);
    }

    private final JsonLexer lexer;
    private final Sink sink;
    /** For each open bracket whether it is an object's. */
    private boolean[] objects = new boolean[64];

    /** @param sink null if only the form matters */
    JsonParser(JsonLexer lexer, Sink sink) {
        this.lexer = lexer;
        this.sink = sink;
    }

    /** @throws PgError PostgreSQL's, with a CONTEXT that says where in the text */
    void parse(byte[] source, int offset, int length) {
        lexer.open(source, offset, length);
        int depth = 0;
        for (;;) {
            // at a value
            int kind = lexer.kind();
            if (kind == '{' || kind == '[') {
                if (depth == MAX_DEPTH) {
                    throw tooDeep();
                }
                if (depth == objects.length) {
                    objects = Arrays.copyOf(objects, depth * 2);
                }
                objects[depth++] = kind == '{';
                begin(kind == '{');
                lexer.next();
                if (lexer.kind() != (kind == '{' ? '}' : ']')) {
                    if (kind == '{') {
                        key("string or \"}\"");
                    }
                    continue;
                }
            } else {
                scalar(source);
            }
            // behind a value
            while (depth > 0 && lexer.kind() == (objects[depth - 1] ? '}' : ']')) {
                depth--;
                if (sink != null) {
                    sink.end();
                }
                lexer.next();
            }
            if (depth == 0) {
                if (lexer.kind() != JsonLexer.END) {
                    throw lexer.expected("end of input");
                }
                return;
            }
            if (lexer.kind() != ',') {
                throw lexer.expected(objects[depth - 1] ? "\",\" or \"}\"" : "\",\" or \"]\"");
            }
            lexer.next();
            if (objects[depth - 1]) {
                key("string");
            }
        }
    }

    private void begin(boolean object) {
        if (sink != null) {
            sink.begin(object);
        }
    }

    private void key(String expected) {
        if (lexer.kind() != JsonLexer.STRING) {
            throw lexer.expected(expected);
        }
        if (sink != null) {
            sink.key(lexer);
        }
        lexer.next();
        if (lexer.kind() != ':') {
            throw lexer.expected("\":\"");
        }
        lexer.next();
    }

    private void scalar(byte[] source) {
        switch (lexer.kind()) {
            case JsonLexer.NUMBER -> {
                int start = lexer.start();
                int length = lexer.length();
                lexer.next();
                if (sink != null) {
                    sink.number(source, start, length);
                }
            }
            case JsonLexer.STRING, JsonLexer.TRUE, JsonLexer.FALSE, JsonLexer.NULL -> {
                if (sink != null) {
                    sink.scalar(lexer);
                }
                lexer.next();
            }
            default -> throw lexer.expected("JSON value");
        }
    }

    private static PgError tooDeep() {
        return new PgError(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded")
                .withHint("Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), after ensuring the"
                        + " platform's stack depth limit is adequate.");
    }
}
