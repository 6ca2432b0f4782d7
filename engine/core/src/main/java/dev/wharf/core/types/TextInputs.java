package dev.wharf.core.types;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.math.BigDecimal;

/** The input functions of the types: what {@code int4in}, {@code numeric_in}, {@code timestamp_in}, ... are in PostgreSQL. */
public final class TextInputs {
    private TextInputs() {
    }

    /**
     * A new input function for a column of this type. {@code now}, {@code today} and their like mean the moment of this
     * call for all values that it reads, as they mean the transaction's start in PostgreSQL.
     */
    public static TextInput of(PgType type) {
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
            case DATE -> new DateInput();
            case TIME -> new TimeInput(type.precision());
            case TIMESTAMP -> new TimestampInput(false, type.precision());
            case TIMESTAMPTZ -> new TimestampInput(true, type.precision());
            case UUID -> UuidIo::parse;
        };
    }

    /** The same, but a number that its type's scale would round is an error, 22003. */
    public static TextInput lossless(PgType type) {
        if (type.kind() != PgType.Kind.NUMERIC || type.precision() == PgType.NONE) {
            return of(type);
        }
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
                throw new PgError(SqlState.NUMERIC_VALUE_OUT_OF_RANGE,
                        "value \"" + given + "\" would be rounded to " + stored + " in type " + type.formatType());
            }
        };
    }
}
