package dev.wharf.core.types;

/** The output functions of the types: what {@code int4out}, {@code float8out}, {@code date_out}, ... are in PostgreSQL. */
public final class TextOutputs {
    private TextOutputs() {
    }

    /** The same, as a session wants it. */
    public static TextOutput of(PgType type, TextSettings settings) {
        return switch (type.kind()) {
            case BYTEA -> settings.bytea() == ByteaOutput.ESCAPE ? ByteaIo::formatEscape : ByteaIo::format;
            case TIMESTAMPTZ -> DateTimeOutput.timestampTz(settings.timeZone());
            case ARRAY -> settings.rewrites(type.element()) ? ArrayOutput.text(type, settings) : of(type);
            default -> of(type);
        };
    }

    /** A new output function for a column of this type. */
    public static TextOutput of(PgType type) {
        return switch (type.kind()) {
            case BOOL -> BooleanIo::format;
            case INT2, INT4, INT8 -> (value, target) -> DecimalText.append(value.lo, target.clear());
            case FLOAT4 -> (value, target) ->
                    ShortestDecimal.append(Float.intBitsToFloat((int) value.lo), target.clear());
            case FLOAT8 -> (value, target) ->
                    ShortestDecimal.append(Double.longBitsToDouble(value.lo), target.clear());
            case NUMERIC -> type.isDecimal128()
                    ? (value, target) -> Decimal128.append(value.hi, value.lo, type.scale(), target.clear())
                    : TextIo::format;
            case TEXT, VARCHAR, CHAR, JSON, JSONB, ARRAY -> TextIo::format;
            case BYTEA -> ByteaIo::format;
            case DATE -> DateTimeOutput::formatDate;
            case TIME -> DateTimeOutput::formatTime;
            case TIMESTAMP -> DateTimeOutput::formatTimestamp;
            case TIMESTAMPTZ -> DateTimeOutput.timestampTz(SessionTimeZone.UTC);
            case INTERVAL -> IntervalOutput::format;
            case UUID -> UuidIo::format;
        };
    }
}
