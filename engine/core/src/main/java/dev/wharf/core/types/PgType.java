package dev.wharf.core.types;

/**
 * A column's type with its modifier.
 *
 * @param kind      the base type
 * @param precision length of varchar and char in characters, digits of numeric, fractional digits of time, timestamps and
 *                  interval; {@link #NONE} where no modifier was written
 * @param scale     scale of numeric; the fields that interval is restricted to ({@link IntervalRange}), 0 for all; else 0
 * @param element   what an array is of, with its modifier; null for all other types. The number of dimensions is no part of it
 */
public record PgType(Kind kind, int precision, int scale, PgType element) {
    public static final int NONE = -1;
    /** The most digits that Arrow's Decimal128 holds. */
    public static final int MAX_DECIMAL128_PRECISION = 38;

    /** The base types; {@code sqlName} is PostgreSQL's {@code format_type} without a modifier. */
    public enum Kind {
        BOOL("boolean"),
        INT2("smallint"),
        INT4("integer"),
        INT8("bigint"),
        FLOAT4("real"),
        FLOAT8("double precision"),
        NUMERIC("numeric"),
        TEXT("text"),
        VARCHAR("character varying"),
        CHAR("character"),
        BYTEA("bytea"),
        DATE("date"),
        TIME("time without time zone"),
        TIMESTAMP("timestamp without time zone"),
        TIMESTAMPTZ("timestamp with time zone"),
        INTERVAL("interval"),
        UUID("uuid"),
        JSON("json"),
        JSONB("jsonb"),
        /** Of any of the others; it has no name of its own. */
        ARRAY("");

        private final String sqlName;

        Kind(String sqlName) {
            this.sqlName = sqlName;
        }

        public String sqlName() {
            return sqlName;
        }
    }

    /** How values of a type lie in an Arrow buffer. */
    public enum Storage {
        /** One bit a value, least significant bit first. */
        BIT(0),
        FIXED2(2),
        FIXED4(4),
        FIXED8(8),
        FIXED16(16),
        /** 32-bit offsets and bytes. */
        VARIABLE(0);

        private final int width;

        Storage(int width) {
            this.width = width;
        }

        /** Bytes a value; 0 for BIT and VARIABLE. */
        public int width() {
            return width;
        }
    }

    public PgType {
        if ((kind == Kind.ARRAY) != (element != null)) {
            throw new IllegalArgumentException(kind + " of " + element);
        }
    }

    /** A type that is no array. */
    public PgType(Kind kind, int precision, int scale) {
        this(kind, precision, scale, null);
    }

    public static PgType of(Kind kind) {
        return new PgType(kind, NONE, 0);
    }

    public static PgType arrayOf(PgType element) {
        return new PgType(Kind.ARRAY, NONE, 0, element);
    }

    public Storage storage() {
        return switch (kind) {
            case BOOL -> Storage.BIT;
            case INT2 -> Storage.FIXED2;
            case INT4, FLOAT4, DATE -> Storage.FIXED4;
            case INT8, FLOAT8, TIME, TIMESTAMP, TIMESTAMPTZ -> Storage.FIXED8;
            case UUID, INTERVAL -> Storage.FIXED16;
            case NUMERIC -> isDecimal128() ? Storage.FIXED16 : Storage.VARIABLE;
            case TEXT, VARCHAR, CHAR, BYTEA, JSON, JSONB, ARRAY -> Storage.VARIABLE;
        };
    }

    /** Whether this numeric fits Arrow's Decimal128; others are stored as their canonical text. */
    public boolean isDecimal128() {
        return kind == Kind.NUMERIC && precision >= 1 && precision <= MAX_DECIMAL128_PRECISION
                && scale >= 0 && scale <= precision;
    }

    /** PostgreSQL's {@code format_type}: {@code numeric(15,2)}, {@code timestamp(3) without time zone}. */
    public String formatType() {
        if (kind == Kind.INTERVAL) {
            return kind.sqlName() + IntervalRange.words(scale) + (precision == NONE ? "" : "(" + precision + ")");
        }
        if (kind == Kind.ARRAY) {
            return element.formatType() + "[]";
        }
        if (precision == NONE) {
            // "character" is character(1)
            return kind == Kind.CHAR ? "bpchar" : kind.sqlName();
        }
        return switch (kind) {
            case NUMERIC -> "numeric(" + precision + "," + scale + ")";
            case VARCHAR, CHAR -> kind.sqlName() + "(" + precision + ")";
            case TIME, TIMESTAMP, TIMESTAMPTZ -> {
                int space = kind.sqlName().indexOf(' ');
                yield kind.sqlName().substring(0, space) + "(" + precision + ")" + kind.sqlName().substring(space);
            }
            default -> kind.sqlName();
        };
    }
}
