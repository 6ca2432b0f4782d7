package dev.wharf.core.types;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** The input functions of the types: what {@code int4in}, {@code numeric_in}, {@code timestamp_in}, ... are in PostgreSQL. */
public final class TextInputs {
    private TextInputs() {
    }

    /** As {@link #of(PgType, TextSettings)} with the default settings. */
    public static TextInput of(PgType type) {
        return of(type, TextSettings.DEFAULT);
    }

    /**
     * A new input function for a column of this type. {@code now}, {@code today} and their like mean the moment of this
     * call for all values that it reads, as they mean the transaction's start in PostgreSQL.
     */
    public static TextInput of(PgType type, TextSettings settings) {
        return switch (type.kind()) {
            case BOOL -> BooleanIo::parse;
            case INT2 -> new IntegerInput("smallint", Short.MIN_VALUE);
            case INT4 -> new IntegerInput("integer", Integer.MIN_VALUE);
            case INT8 -> new IntegerInput("bigint", Long.MIN_VALUE);
            case FLOAT4 -> new FloatInput(true);
            case FLOAT8 -> new FloatInput(false);
            case NUMERIC -> new NumericInput(type);
            case TEXT -> TextIo::parse;
            case VARCHAR -> TextIo.varcharInput(type.precision());
            case CHAR -> TextIo.charInput(type.precision());
            case BYTEA -> ByteaIo::parse;
            case DATE -> new DateInput(settings);
            case TIME -> new TimeInput(type.precision(), settings);
            case TIMESTAMP -> new TimestampInput(false, type.precision(), settings);
            case TIMESTAMPTZ -> new TimestampInput(true, type.precision(), settings);
            case INTERVAL -> new IntervalInput(type);
            case UUID -> UuidIo::parse;
            case JSON -> new JsonInput();
            case JSONB -> new JsonbInput();
            case ARRAY -> new ArrayInput(type.element(), settings);
        };
    }

    /** Whether a type is one of those that are not to lose anything. */
    public static boolean isNumber(PgType type) {
        return switch (type.kind()) {
            case INT2, INT4, INT8, NUMERIC, FLOAT4, FLOAT8 -> true;
            default -> false;
        };
    }

    /**
     * The same.
     *
     * @param lossless whether a number that its type would round, or that begins with a zero or a plus sign, is an error, 22003
     */
    public static TextInput of(PgType type, boolean lossless, TextSettings settings) {
        if (!lossless || !isNumber(type)) {
            return of(type, settings);
        }
        TextInput input = type.kind() == PgType.Kind.NUMERIC && type.precision() != PgType.NONE ? notRounding(type) : of(type);
        return (source, offset, length, result) -> {
            input.parse(source, offset, length, result);
            String text = new String(source, offset, length, StandardCharsets.UTF_8).strip();
            int first = text.startsWith("-") ? 1 : 0;
            boolean zero = text.length() > first + 1 && text.charAt(first) == '0' && Character.isDigit(text.charAt(first + 1));
            if (zero || text.startsWith("+")) {
                throw PgError.ofValue(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value \"" + text + "\" would lose its "
                        + (zero ? "leading zero" : "sign") + " in type " + type.formatType());
            }
        };
    }

    private static TextInput notRounding(PgType type) {
        TextInput rounding = of(type);
        TextOutput output = TextOutputs.of(type);
        PgType whole = PgType.of(PgType.Kind.NUMERIC);
        TextInput exact = of(whole);
        TextOutput exactOutput = TextOutputs.of(whole);
        Datum exactValue = new Datum();
        TextBuffer text = new TextBuffer();
        return (source, offset, length, result) -> {
            rounding.parse(source, offset, length, result);
            exact.parse(source, offset, length, exactValue);
            output.format(result, text.clear());
            String stored = text.toString();
            exactOutput.format(exactValue, text.clear());
            String given = text.toString();
            if (!stored.equals(given) && new BigDecimal(stored).compareTo(new BigDecimal(given)) != 0) {
                throw PgError.ofValue(SqlState.NUMERIC_VALUE_OUT_OF_RANGE,
                        "value \"" + given + "\" would be rounded to " + stored + " in type " + type.formatType());
            }
        };
    }
}
