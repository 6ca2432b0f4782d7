package dev.wharf.core.types;

/** PostgreSQL's numbers of its types. */
final class TypeOids {
    private static final int FIRST_GENBKI_OBJECT_ID = 10_000;

    private TypeOids() {
    }

    /** A base type's. */
    static int of(PgType.Kind kind) {
        return switch (kind) {
            case BOOL -> 16;
            case BYTEA -> 17;
            case INT8 -> 20;
            case INT2 -> 21;
            case INT4 -> 23;
            case TEXT -> 25;
            case JSON -> 114;
            case FLOAT4 -> 700;
            case FLOAT8 -> 701;
            case CHAR -> 1042;
            case VARCHAR -> 1043;
            case DATE -> 1082;
            case TIME -> 1083;
            case TIMESTAMP -> 1114;
            case TIMESTAMPTZ -> 1184;
            case INTERVAL -> 1186;
            case NUMERIC -> 1700;
            case UUID -> 2950;
            case JSONB -> 3802;
            case ARRAY -> throw new IllegalArgumentException("an array's number is that of its elements' type and another");
        };
    }

    /** Whether a type has this number in every database; another's may be any type, or the same under another number. */
    static boolean isBuiltIn(int oid) {
        return Integer.compareUnsigned(oid, FIRST_GENBKI_OBJECT_ID) < 0;
    }

    /** {@code 23 (integer)}; three question marks for a type that is not known here. */
    static String named(int oid) {
        String name = oid == 0 ? "-" : "???";
        for (PgType.Kind kind : PgType.Kind.values()) {
            if (kind != PgType.Kind.ARRAY && of(kind) == oid) {
                name = kind.sqlName();
            }
        }
        return Integer.toUnsignedString(oid) + " (" + name + ")";
    }
}
