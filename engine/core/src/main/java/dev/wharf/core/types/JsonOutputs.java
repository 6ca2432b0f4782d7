package dev.wharf.core.types;

import static dev.wharf.core.types.InputErrors.isDigit;

/** Values as PostgreSQL's {@code to_json} gives them. */
public final class JsonOutputs {
    private static final String HEX = "0123456789abcdef";

    private JsonOutputs() {
    }

    /** A new output function for a column of this type. What it writes is a JSON value. */
    public static TextOutput of(PgType type, TextSettings settings) {
        return switch (type.kind()) {
            case BOOL -> (value, target) -> target.clear().put(value.lo == 0 ? "false" : "true");
            case INT2, INT4, INT8, JSON, JSONB -> TextOutputs.of(type);
            case FLOAT4, FLOAT8, NUMERIC -> number(TextOutputs.of(type));
            case TEXT, VARCHAR, CHAR -> (value, target) -> escape(value.bytes, value.length, target.clear());
            case BYTEA, DATE, TIME, INTERVAL, UUID -> string(TextOutputs.of(type, settings));
            case TIMESTAMP -> string(DateTimeOutput::formatIsoTimestamp);
            case TIMESTAMPTZ -> string(DateTimeOutput.isoTimestampTz(settings.timeZone()));
            case ARRAY -> ArrayOutput.json(type, settings);
        };
    }

    /** What is no number in JSON, NaN and the infinities, is a string. */
    private static TextOutput number(TextOutput output) {
        TextBuffer text = new TextBuffer();
        return (value, target) -> {
            output.format(value, target.clear());
            if (!isDigit(target.bytes[target.bytes[0] == '-' ? 1 : 0])) {
                output.format(value, text.clear());
                escape(text.bytes, text.length, target.clear());
            }
        };
    }

    private static TextOutput string(TextOutput output) {
        TextBuffer text = new TextBuffer();
        return (value, target) -> {
            output.format(value, text.clear());
            escape(text.bytes, text.length, target.clear());
        };
    }

    /** Appends text as a JSON string, as {@code escape_json} does. */
    public static void escape(byte[] text, int length, TextBuffer target) {
        target.put('"');
        for (int from = 0; from < length;) {
            int at = from;
            while (at < length && !isEscaped(text[at])) {
                at++;
            }
            System.arraycopy(text, from, target.ensure(at - from), target.length, at - from);
            target.length += at - from;
            if (at < length) {
                escape(text[at++], target);
            }
            from = at;
        }
        target.put('"');
    }

    /** The bytes of characters that are not ASCII are negative. */
    private static boolean isEscaped(byte c) {
        return c >= 0 && c < ' ' || c == '"' || c == '\\';
    }

    private static void escape(byte c, TextBuffer target) {
        target.put('\\');
        switch (c) {
            case '"', '\\' -> target.put((char) c);
            case '\b' -> target.put('b');
            case '\f' -> target.put('f');
            case '\n' -> target.put('n');
            case '\r' -> target.put('r');
            case '\t' -> target.put('t');
            default -> target.put("u00").put(HEX.charAt(c >> 4)).put(HEX.charAt(c & 15));
        }
    }
}
