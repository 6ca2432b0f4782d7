package dev.wharf.core.copy;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.csv.CopyReadAttributes;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.kernel.BadValues;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.TextBuffer;
import dev.wharf.core.types.TextInput;
import dev.wharf.core.types.TextInputs;
import dev.wharf.core.types.TextOutput;
import dev.wharf.core.types.TextOutputs;
import dev.wharf.core.types.TextSettings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * One line to one row, in PostgreSQL's order of checks: quotes, surplus fields, then column by column missing fields and bad
 * values, then NOT NULL. What the kernels do by the block, exactly; runs where they met something that is not as usual. A row
 * that is left out for a bad value is not looked at behind it, nor for NOT NULL.
 * Not thread-safe.
 */
final class NextCopyFrom {
    /** PostgreSQL's MAX_COPY_DATA_DISPLAY: bytes of a value in a CONTEXT. */
    private static final int MAX_COPY_DATA_DISPLAY = 100;
    /** Bytes of a value in the DETAIL of a constraint's error. */
    private static final int MAX_FIELD_DISPLAY = 64;

    private final Relation relation;
    private final int[] attributes;
    private final ForceFlags force;
    private final CopyReadAttributes reader;
    private final TextSettings settings;
    private final TextInput[] inputs;
    private final Datum[] parsed;
    /** The row's: of the parsed ones, or defaults. */
    private final Datum[] values;
    private final boolean[] isNull;
    /** Of the line's fields, which are the DEFAULT string. */
    private final boolean[] isDefault;
    /** Where bad values do not end the load: those of the last line; else null. */
    private final BadValues bad;
    private final DefaultValues defaults;
    /** Null where numbers of sequences are entered later. */
    private Numbers numbers;

    /** Calls {@code nextval}, so to say, for a column whose default is a sequence's: in PostgreSQL's order, row by row. */
    interface Numbers {
        /** The number, or an error. */
        long of(int column);
    }

    /** @param bad takes a line's bad values; null if one is an error */
    NextCopyFrom(CopyJob job, BadValues bad) {
        this.bad = bad;
        relation = job.relation();
        attributes = job.attributes();
        force = job.force();
        isDefault = new boolean[attributes.length];
        reader = CopyReadAttributes.of(job.dialect(),
                DefaultValues.marker(relation, attributes, field -> isDefault[field] = true));
        defaults = DefaultValues.of(job);
        settings = job.settings();
        List<Column> columns = relation.columns();
        inputs = new TextInput[columns.size()];
        parsed = new Datum[columns.size()];
        values = new Datum[columns.size()];
        isNull = new boolean[columns.size()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = TextInputs.of(columns.get(i).type(), job.lossless(), settings);
            parsed[i] = new Datum();
        }
    }

    NextCopyFrom withNumbers(Numbers of) {
        numbers = of;
        return this;
    }

    /** Whether a field is NULL, FORCE_NOT_NULL and FORCE_NULL considered. */
    private boolean isNull(int field) {
        return reader.isNull(field) ? !force.notNull(field) : force.isNull(field) && reader.isNullPrint(field);
    }

    /**
     * Converts the line and appends it to the builders, one for each of the table's columns. After an error they are as before.
     *
     * @param line its number, for the error's CONTEXT
     * @return false if the row was left out
     */
    boolean append(long address, int length, long line, ColumnBuilder[] builders) {
        if (!read(address, length, line)) {
            return false;
        }
        for (int i = 0; i < builders.length; i++) {
            if (isNull[i]) {
                builders[i].appendNull();
            } else {
                builders[i].append(values[i]);
            }
        }
        return true;
    }

    /** One for each of the table's columns, good until the next line is read. */
    Datum[] values() {
        return values;
    }

    boolean[] nulls() {
        return isNull;
    }

    /**
     * Converts the line.
     *
     * @param line its number, for the error's CONTEXT
     * @return false if the row is to be left out
     */
    boolean read(long address, int length, long line) {
        List<Column> columns = relation.columns();
        Arrays.fill(isNull, true);
        Arrays.fill(isDefault, false);
        int field = -1;
        if (bad != null) {
            bad.clear();
        }
        try {
            reader.split(address, length);
            if (reader.count() > attributes.length) {
                throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "extra data after last expected column");
            }
            boolean leftOut = false;
            for (int i = 0; i < attributes.length && !leftOut; i++) {
                int column = attributes[i];
                if (i >= reader.count()) {
                    throw new PgError(SqlState.BAD_COPY_FILE_FORMAT,
                            "missing data for column \"" + columns.get(column).name() + "\"");
                }
                if (isDefault[i]) {
                    field = i;
                    setDefault(column);
                    field = -1;
                } else if (!isNull(i)) {
                    field = i;
                    if (parse(i, column)) {
                        isNull[column] = false;
                        field = -1;
                    } else {
                        // Behind a bad value only what the file does not have is looked at, with that value in the CONTEXT
                        leftOut = !bad.setsNull();
                        field = leftOut ? i : -1;
                    }
                }
            }
            for (int i = 0; i < columns.size(); i++) {
                if (defaults.isAbsent(i)) {
                    setDefault(i);
                }
            }
            if (leftOut) {
                return false;
            }
            checkNotNull(relation, values, isNull, settings);
        } catch (PgError e) {
            String context = (e.context() == null ? "" : e.context() + "\n") + "COPY " + relation.name() + ", line " + line;
            if (field >= 0) {
                throw e.withContext(context + ", column " + columns.get(attributes[field]).name() + ": \""
                        + clip(reader.bytes(), reader.start(field), reader.length(field), MAX_COPY_DATA_DISPLAY) + "\"");
            }
            throw e.withContext(context + ": \"" + clip(address, length) + "\"");
        }
        return true;
    }

    private void setDefault(int column) {
        Datum value = defaults.value(column);
        if (value != null) {
            values[column] = value;
            isNull[column] = false;
            if (numbers != null && defaults.isNumbered(column)) {
                value.lo = numbers.of(column);
            }
        }
    }

    /** False if the value is bad, and that is no error. */
    private boolean parse(int i, int column) {
        try {
            inputs[column].parse(reader.bytes(), reader.start(i), reader.length(i), parsed[column]);
            values[column] = parsed[column];
            return true;
        } catch (PgError e) {
            if (bad == null || !e.isOfValue()) {
                throw e;
            }
            bad.add(0, i, e, reader.bytes(), reader.start(i), reader.length(i));
            return false;
        }
    }

    /** @throws PgError 23502 for a row, of whose values those count that are not NULL */
    static void checkNotNull(Relation relation, Datum[] values, boolean[] isNull, TextSettings settings) {
        for (int i = 0; i < isNull.length; i++) {
            if (isNull[i] && relation.columns().get(i).notNull()) {
                throw new PgError(SqlState.NOT_NULL_VIOLATION, "null value in column \"" + relation.columns().get(i).name()
                        + "\" of relation \"" + relation.name() + "\" violates not-null constraint")
                        .withDetail(failingRow(relation, values, isNull, settings));
            }
        }
    }

    private static String failingRow(Relation relation, Datum[] values, boolean[] isNull, TextSettings settings) {
        StringBuilder row = new StringBuilder("Failing row contains (");
        TextBuffer text = new TextBuffer();
        for (int i = 0; i < values.length; i++) {
            row.append(i == 0 ? "" : ", ");
            if (isNull[i]) {
                row.append("null");
            } else {
                TextOutput output = TextOutputs.of(relation.columns().get(i).type(), settings);
                output.format(values[i], text.clear());
                row.append(clip(text.bytes, 0, text.length, MAX_FIELD_DISPLAY));
            }
        }
        return row.append(").").toString();
    }

    static String clip(long address, int length) {
        byte[] head = new byte[Math.min(length, MAX_COPY_DATA_DISPLAY + 1)];
        OffHeap.copy(address, head, 0, head.length);
        return clip(head, 0, head.length, MAX_COPY_DATA_DISPLAY);
    }

    /** At most so much of a value as PostgreSQL shows. */
    static String clip(byte[] value) {
        return clip(value, 0, value.length, MAX_COPY_DATA_DISPLAY);
    }

    /** At most {@code limit} bytes of UTF-8, cut before a character that does not fit, and "..." if cut. */
    private static String clip(byte[] bytes, int offset, int length, int limit) {
        if (length <= limit) {
            return new String(bytes, offset, length, StandardCharsets.UTF_8);
        }
        int end = limit;
        while (end > 0 && (bytes[offset + end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, offset, end, StandardCharsets.UTF_8) + "...";
    }
}
