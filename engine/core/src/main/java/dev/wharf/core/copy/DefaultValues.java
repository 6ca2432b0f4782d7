package dev.wharf.core.copy;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.ColumnDefault;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextInputs;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What a COPY FROM puts into the columns that its file does not have, and where a field is the DEFAULT string. A constant is
 * the same in every row. Numbers of a sequence depend on the rows before, which a task does not know: it leaves room, and the
 * leader enters them when it knows all ({@link SequenceNumbers}).
 */
final class DefaultValues {
    /** One for each of the table's columns; null for NULL. */
    private final Datum[] values;
    private final boolean[] absent;
    private final boolean[] isNumbered;

    /**
     * @param attributes indexes of the table's columns in the file's order
     * @param marker     whether there is a DEFAULT string: then any column may need its default
     * @throws PgError if a default is not a value of its column: PostgreSQL says so before it opens the file
     */
    DefaultValues(Relation relation, int[] attributes, boolean marker) {
        List<Column> columns = relation.columns();
        values = new Datum[columns.size()];
        absent = new boolean[values.length];
        isNumbered = new boolean[values.length];
        java.util.Arrays.fill(absent, true);
        for (int attribute : attributes) {
            absent[attribute] = false;
        }
        for (int i = 0; i < values.length; i++) {
            if (absent[i] || marker) {
                isNumbered[i] = columns.get(i).columnDefault() instanceof ColumnDefault.NextVal;
                values[i] = isNumbered[i] ? new Datum() : of(columns.get(i));
            }
        }
    }

    static DefaultValues of(CopyJob job) {
        return new DefaultValues(job.relation(), job.attributes(),
                !job.isBinary() && job.dialect().defaultPrint() != null);
    }

    /**
     * What becomes of a field that is the DEFAULT string: an error where the column has no default.
     *
     * @param marked told the field's number; surplus ones are left to whoever counts fields
     */
    static IntConsumer marker(Relation relation, int[] attributes, IntConsumer marked) {
        return field -> {
            if (field >= attributes.length) {
                return;
            }
            Column column = relation.columns().get(attributes[field]);
            if (column.columnDefault() == null) {
                throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "unexpected default marker in COPY data").withDetail(
                        "Column \"" + column.name() + "\" has no default value.");
            }
            marked.accept(field);
        };
    }

    /** A column's constant default as a value of its type; null if that is NULL, or if it has none. */
    static Datum of(Column column) {
        if (!(column.columnDefault() instanceof ColumnDefault.Constant constant) || constant.text() == null) {
            return null;
        }
        String text = constant.text();
        PgType type = column.type();
        String rounded = switch (type.kind()) {
            case INT2 -> whole(text, Short.MIN_VALUE, Short.MAX_VALUE, "smallint");
            case INT4 -> whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE, "integer");
            case INT8 -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE, "bigint");
            default -> text;
        };
        byte[] bytes = rounded.getBytes(StandardCharsets.UTF_8);
        Datum value = new Datum();
        TextInputs.of(type).parse(bytes, 0, bytes.length, value);
        return value;
    }

    /** The cast of a number to an integer type. */
    private static String whole(String text, long min, long max, String typeName) {
        BigDecimal value = new BigDecimal(text).setScale(0, RoundingMode.HALF_UP);
        if (value.compareTo(BigDecimal.valueOf(min)) < 0 || value.compareTo(BigDecimal.valueOf(max)) > 0) {
            throw new PgError(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, typeName + " out of range");
        }
        return value.toPlainString();
    }

    boolean isAbsent(int column) {
        return absent[column];
    }

    /** Null for NULL; of a numbered column only the room for a number. */
    Datum value(int column) {
        return values[column];
    }

    /** Puts them into the columns of a row that its file does not have; for numbers only their room. */
    void fill(Datum[] row, boolean[] isNull) {
        for (int i = 0; i < row.length; i++) {
            if (absent[i] && values[i] != null) {
                row[i] = values[i];
                isNull[i] = false;
            }
        }
    }

    boolean isNumbered(int column) {
        return isNumbered[column];
    }

    /** Whether any column takes numbers of a sequence. */
    boolean anyNumbered() {
        for (boolean numbered : isNumbered) {
            if (numbered) {
                return true;
            }
        }
        return false;
    }

    boolean[] numbered() {
        return isNumbered.clone();
    }
}
