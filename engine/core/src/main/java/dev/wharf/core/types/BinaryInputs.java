package dev.wharf.core.types;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.nio.charset.StandardCharsets;

/**
 * The receive functions of the types: what {@code int4recv}, {@code numeric_recv}, {@code date_recv}, ... are in PostgreSQL.
 * They take a value's bytes as an input function takes its text.
 */
public final class BinaryInputs {
    static final int JSONB_VERSION = 1;
    /** The error of a value that has bytes more than it should. */
    static final String INCORRECT = "incorrect binary data format";

    private BinaryInputs() {
    }

    /**
     * A new receive function for a column of this type, with its modifier. It refuses a value of the wrong length with 08P01 if
     * it is too short, with 22P03 if too long.
     *
     * @param text  the type's input function
     * @param check of those bytes that are text
     */
    public static TextInput of(PgType type, TextInput text, TextCheck check) {
        return switch (type.kind()) {
            case BOOL -> fixed(1, value -> value == 0 ? 0 : 1);
            case INT2 -> fixed(2, value -> value);
            case INT4, FLOAT4 -> fixed(4, value -> value);
            case INT8, FLOAT8 -> fixed(8, value -> value);
            case NUMERIC -> new NumericReceive(text);
            case TEXT, VARCHAR, CHAR, JSON -> (source, offset, length, result) -> {
                check.check(offset, length);
                text.parse(source, offset, length, result);
            };
            case JSONB -> (source, offset, length, result) -> {
                int version = (int) get(source, offset, length, 0, 1) & 0xFF;
                if (version != JSONB_VERSION) {
                    throw new PgError(SqlState.INTERNAL_ERROR, "unsupported jsonb version number " + version);
                }
                check.check(offset + 1, length - 1);
                text.parse(source, offset + 1, length - 1, result);
            };
            case ARRAY -> new ArrayReceive(type, of(type.element(), TextInputs.of(type.element()), check));
            case INTERVAL -> interval(new IntervalInput(type));
            case BYTEA -> TextIo::parse;
            case DATE -> fixed(4, BinaryInputs::date);
            case TIME -> fixed(8, value -> time(value, TimeInput.unit(type.precision())));
            case TIMESTAMP, TIMESTAMPTZ -> fixed(8, value -> timestamp(value, TimeInput.unit(type.precision())));
            case UUID -> (source, offset, length, result) -> {
                result.hi = get(source, offset, length, 0, 8);
                result.lo = get(source, offset, length, 8, 8);
                end(length, 16);
            };
        };
    }

    /** A part of the value's bytes that is text; an error if it is not valid UTF-8. */
    public interface TextCheck {
        void check(int offset, int length);
    }

    private static TextInput interval(IntervalInput input) {
        return (source, offset, length, result) -> {
            long micros = get(source, offset, length, 0, 8);
            int days = (int) get(source, offset, length, 8, 4);
            IntervalInput.store(result, (int) get(source, offset, length, 12, 4), days, micros);
            input.adjust(result);
            end(length, 16);
        };
    }

    /** Stored form of a value that comes as an integer. */
    private interface Conversion {
        long stored(long value);
    }

    private static TextInput fixed(int width, Conversion conversion) {
        return (source, offset, length, result) -> {
            if (length < width) {
                throw tooShort();
            }
            result.lo = conversion.stored(get(source, offset, length, 0, width));
            end(length, width);
        };
    }

    private static long date(long days) {
        if (days == CalendarMath.DATE_INFINITY || days == CalendarMath.DATE_MINUS_INFINITY) {
            return days;
        }
        long julian = days + CalendarMath.POSTGRES_EPOCH_JDATE;
        if (julian > Integer.MAX_VALUE || !CalendarMath.isValidDate((int) julian)) {
            throw outOfRange("date");
        }
        return days + CalendarMath.EPOCH_DAYS;
    }

    private static long time(long micros, long unit) {
        if (micros < 0 || micros > CalendarMath.USECS_PER_DAY) {
            throw outOfRange("time");
        }
        return TimeInput.round(micros, unit);
    }

    private static long timestamp(long micros, long unit) {
        if (micros == CalendarMath.TIMESTAMP_INFINITY || micros == CalendarMath.TIMESTAMP_MINUS_INFINITY) {
            return micros;
        }
        if (!CalendarMath.isValidTimestamp(micros)) {
            throw outOfRange("timestamp");
        }
        long rounded = TimeInput.round(micros, unit);
        if (!CalendarMath.isStorable(rounded)) {
            throw outOfRange("timestamp");
        }
        return rounded + CalendarMath.EPOCH_USECS;
    }

    /** {@code width} bytes at {@code at}, the highest first, as a signed number. */
    static long get(byte[] source, int offset, int length, int at, int width) {
        if (length - at < width) {
            throw tooShort();
        }
        long value = source[offset + at];
        for (int i = 1; i < width; i++) {
            value = value << 8 | source[offset + at + i] & 0xFF;
        }
        return value;
    }

    static void end(int length, int read) {
        if (read < length) {
            throw new PgError(SqlState.INVALID_BINARY_REPRESENTATION, INCORRECT);
        }
    }

    private static PgError tooShort() {
        return new PgError(SqlState.PROTOCOL_VIOLATION, "insufficient data left in message");
    }

    private static PgError outOfRange(String type) {
        return new PgError(SqlState.DATETIME_FIELD_OVERFLOW, type + " out of range");
    }

    /** By way of the text, which the type's modifier is applied to. */
    private record NumericReceive(TextInput text) implements TextInput {
        @Override
        public void parse(byte[] source, int offset, int length, Datum result) {
            int digits = (int) get(source, offset, length, 0, 2) & 0xFFFF;
            int weight = (int) get(source, offset, length, 2, 2);
            int sign = (int) get(source, offset, length, 4, 2) & 0xFFFF;
            NumericBinary special = NumericBinary.special(sign);
            if (special == null && sign != 0 && sign != NumericBinary.NEGATIVE) {
                throw invalid("sign");
            }
            int scale = (int) get(source, offset, length, 6, 2) & 0xFFFF;
            if (scale > NumericBinary.SCALE_MASK) {
                throw invalid("scale");
            }
            // Whole groups before the point, and one more before for a number under 1
            StringBuilder number = new StringBuilder(sign == 0 ? "0" : "-0");
            StringBuilder fraction = new StringBuilder("0000".repeat(Math.max(0, -weight - 1)));
            for (int i = 0; i < digits; i++) {
                long digit = get(source, offset, length, 8 + 2 * i, 2);
                if (digit < 0 || digit >= NumericBinary.BASE) {
                    throw invalid("digit");
                }
                (i <= weight ? number : fraction).append(Long.toString(NumericBinary.BASE + digit), 1, 5);
            }
            if (special != null) {
                number = new StringBuilder(special.text());
            } else {
                number.append("0000".repeat(Math.max(0, weight + 1 - digits)));
                fraction.append("0".repeat(Math.max(0, scale - fraction.length()))).setLength(scale);
                if (scale > 0) {
                    number.append('.').append(fraction);
                }
            }
            byte[] bytes = number.toString().getBytes(StandardCharsets.US_ASCII);
            text.parse(bytes, 0, bytes.length, result);
            end(length, 8 + 2 * digits);
        }

        private static PgError invalid(String what) {
            return new PgError(SqlState.INVALID_BINARY_REPRESENTATION, "invalid " + what + " in external \"numeric\" value");
        }
    }
}
