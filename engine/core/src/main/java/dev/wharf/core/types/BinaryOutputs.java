package dev.wharf.core.types;

import java.nio.charset.StandardCharsets;

/** The send functions of the types: what {@code int4send}, {@code numeric_send}, {@code date_send}, ... are in PostgreSQL. */
public final class BinaryOutputs {
    private BinaryOutputs() {
    }

    /** A new send function for a column of this type. It writes the value's bytes as an output function writes its text. */
    public static TextOutput of(PgType type) {
        return switch (type.kind()) {
            case BOOL -> (value, target) -> target.clear().put((char) value.lo);
            case INT2 -> (value, target) -> put(target.clear(), value.lo, 2);
            case INT4, FLOAT4 -> (value, target) -> put(target.clear(), value.lo, 4);
            case INT8, FLOAT8, TIME -> (value, target) -> put(target.clear(), value.lo, 8);
            case NUMERIC -> numeric(TextOutputs.of(type));
            case TEXT, VARCHAR, CHAR, BYTEA, JSON -> TextIo::format;
            case JSONB -> (value, target) -> {
                target.clear().put((char) BinaryInputs.JSONB_VERSION);
                System.arraycopy(value.bytes, 0, target.ensure(value.length), 1, value.length);
                target.length += value.length;
            };
            case ARRAY -> new ArraySend(type);
            case INTERVAL -> (value, target) -> {
                put(target.clear(), value.lo, 8);
                put(target, IntervalInput.days(value.hi), 4);
                put(target, IntervalInput.months(value.hi), 4);
            };
            case DATE -> (value, target) -> put(target.clear(), isInfinite((int) value.lo) ? value.lo
                    : value.lo - CalendarMath.EPOCH_DAYS, 4);
            case TIMESTAMP, TIMESTAMPTZ -> (value, target) -> put(target.clear(), isInfinite(value.lo) ? value.lo
                    : value.lo - CalendarMath.EPOCH_USECS, 8);
            case UUID -> (value, target) -> {
                put(target.clear(), value.hi, 8);
                put(target, value.lo, 8);
            };
        };
    }

    private static boolean isInfinite(int days) {
        return days == CalendarMath.DATE_INFINITY || days == CalendarMath.DATE_MINUS_INFINITY;
    }

    private static boolean isInfinite(long timestamp) {
        return timestamp == CalendarMath.TIMESTAMP_INFINITY || timestamp == CalendarMath.TIMESTAMP_MINUS_INFINITY;
    }

    /** Appends the lowest {@code width} bytes of a value, the highest first. */
    static void put(TextBuffer target, long value, int width) {
        target.ensure(width);
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
            target.bytes[target.length++] = (byte) (value >> shift);
        }
    }

    /** From the text: number of base-10000 digits, weight of the first, sign, displayed scale, digits. */
    private static TextOutput numeric(TextOutput output) {
        TextBuffer buffer = new TextBuffer();
        return (value, target) -> {
            output.format(value, buffer.clear());
            String text = new String(buffer.bytes, 0, buffer.length, StandardCharsets.US_ASCII);
            target.clear();
            NumericBinary special = NumericBinary.special(text);
            if (special != null) {
                put(target, 0, 4);
                put(target, special.sign(), 2);
                put(target, special.scale(), 2);
                return;
            }
            boolean negative = text.startsWith("-");
            int point = text.indexOf('.');
            int end = point < 0 ? text.length() : point;
            String whole = text.substring(negative ? 1 : 0, end);
            String fraction = point < 0 ? "" : text.substring(point + 1);
            String padded = "0".repeat(-whole.length() & 3) + whole + fraction + "0".repeat(-fraction.length() & 3);
            int groups = padded.length() / 4;
            int first = 0;
            while (first < groups && NumericBinary.group(padded, first) == 0) {
                first++;
            }
            int last = groups;
            while (last > first && NumericBinary.group(padded, last - 1) == 0) {
                last--;
            }
            put(target, last - first, 2);
            put(target, first == last ? 0 : (whole.length() + 3) / 4 - 1 - first, 2);
            put(target, negative && first < last ? NumericBinary.NEGATIVE : 0, 2);
            put(target, fraction.length(), 2);
            for (int i = first; i < last; i++) {
                put(target, NumericBinary.group(padded, i), 2);
            }
        };
    }
}
