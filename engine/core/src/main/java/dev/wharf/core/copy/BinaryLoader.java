package dev.wharf.core.copy;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.csv.Utf8;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.BinaryInputs;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextInput;
import dev.wharf.core.types.TextInputs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Loads tasks of the binary format, which are whole rows, value by value, as PostgreSQL's {@code CopyFromBinaryOneRow} does.
 * Not thread-safe.
 */
final class BinaryLoader implements TaskLoader {
    private static final int BLOCK = 256 << 10;
    /** PostgreSQL's limit on a value: MaxAllocSize. */
    private static final int MAX_VALUE = 0x3FFFFFFF;

    private final CopyJob job;
    private final CopySource source;
    private final BooleanSupplier cancelled;
    private final LoadFile file;
    private final ColumnBuilder[] builders;
    private final TextInput[] inputs;
    private final DefaultValues defaults;
    private final Datum[] values;
    private final boolean[] isNull;
    private final OffHeap.Buffer text = new OffHeap.Buffer(BLOCK);
    private byte[] value = new byte[256];
    private long valueAddress;

    /** File offset of the text buffer's first byte, the bytes in it, and those of them that have been read. */
    private long textStart;
    private int textLength;
    private int at;

    /**
     * @param target    file for the batches; created with the first
     * @param cancelled looked at now and then; true ends the task with a {@link ChunkLoader.CancelledException}
     */
    BinaryLoader(CopyJob job, CopySource source, Path target, BooleanSupplier cancelled) {
        this.job = job;
        this.source = source;
        this.cancelled = cancelled;
        List<Column> columns = job.relation().columns();
        int count = columns.size();
        defaults = DefaultValues.of(job);
        builders = new ColumnBuilder[count];
        inputs = new TextInput[count];
        values = new Datum[count];
        isNull = new boolean[count];
        for (int i = 0; i < count; i++) {
            PgType type = columns.get(i).type();
            builders[i] = new ColumnBuilder(type);
            inputs[i] = BinaryInputs.of(type, job.lossless() ? TextInputs.lossless(type) : TextInputs.of(type), this::checkText);
            values[i] = new Datum();
        }
        file = new LoadFile(target, columns, builders, defaults.numbered());
    }

    @Override
    public ChunkLoader.Outcome load(long start, long end, long known) throws IOException {
        begin(start);
        for (ColumnBuilder builder : builders) {
            builder.clear();
        }
        List<BatchBlock> batches = new ArrayList<>();
        long rows = 0;
        for (;;) {
            long row = textStart + at;
            try {
                if (!readRow(0)) {
                    break;
                }
            } catch (PgError e) {
                if (e.sqlState().equals(SqlState.IO_ERROR)) {
                    throw e;
                }
                return new ChunkLoader.Outcome(start, row, rows, batches, row, 0, 0, 0, 0);
            }
            append();
            rows++;
            if ((rows & 0xFFF) == 0 && cancelled.getAsBoolean()) {
                throw new ChunkLoader.CancelledException();
            }
            if (file.isBatchFull()) {
                file.flush(batches);
            }
        }
        file.flush(batches);
        text.shrink(4L * BLOCK);
        return new ChunkLoader.Outcome(start, source.size(), rows, batches, ChunkLoader.NONE, 0, 0, 0, 0);
    }

    /** Goes to a row's start. */
    void begin(long start) {
        textStart = start;
        textLength = 0;
        at = 0;
    }

    /**
     * What is wrong with a row of a task.
     *
     * @param start of the task
     * @param line  the number of its first row
     */
    static PgError error(CopyJob job, CopySource source, long start, long line) throws IOException {
        try (BinaryLoader loader = new BinaryLoader(job, source, CopyFromTask.file(job, 0), () -> false)) {
            loader.begin(start);
            long number = line;
            while (loader.readRow(number)) {
                number++;
            }
        } catch (PgError e) {
            return e;
        }
        return new PgError(SqlState.INTERNAL_ERROR,
                "a row of " + source + " could not be loaded, and then could be read");
    }

    /** Reads a row's values; false if there is none. @param number of the row, for an error */
    boolean readRow(long number) {
        int column = -1;
        try {
            if (!has(Short.BYTES)) {
                return false;
            }
            int fields = Short.reverseBytes(OffHeap.getShort(text.address() + at));
            at += Short.BYTES;
            if (fields == -1) {
                if (has(1)) {
                    throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "received copy data after EOF marker");
                }
                return false;
            }
            int expected = job.attributes().length;
            if (fields != expected) {
                throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "row field count is " + fields + ", expected " + expected);
            }
            Arrays.fill(isNull, true);
            for (int attribute : job.attributes()) {
                column = attribute;
                isNull[column] = !readAttribute(column);
            }
            column = -1;
            defaults.fill(values, isNull);
            NextCopyFrom.checkNotNull(job.relation(), values, isNull);
        } catch (PgError e) {
            if (e.sqlState().equals(SqlState.IO_ERROR)) {
                throw e;
            }
            throw e.withContext((e.context() == null ? "" : e.context() + "\n") + "COPY " + job.relation().name() + ", line "
                    + number
                    + (column < 0 ? "" : ", column " + job.relation().columns().get(column).name()));
        }
        return true;
    }

    /** Of the row that was read last: one for each of the table's columns. */
    Datum[] values() {
        return values;
    }

    boolean[] nulls() {
        return isNull;
    }

    private void append() {
        for (int i = 0; i < builders.length; i++) {
            if (isNull[i]) {
                builders[i].appendNull();
            } else {
                builders[i].append(values[i]);
            }
        }
    }

    /** PostgreSQL's {@code CopyReadBinaryAttribute}; false for NULL. */
    private boolean readAttribute(int column) {
        if (!has(Integer.BYTES)) {
            throw unexpectedEof();
        }
        int length = Integer.reverseBytes(OffHeap.getInt(text.address() + at));
        at += Integer.BYTES;
        if (length == -1) {
            return false;
        }
        if (length < 0) {
            throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "invalid field size");
        }
        if (length >= MAX_VALUE) {
            throw new PgError(SqlState.PROGRAM_LIMIT_EXCEEDED,
                    "string buffer exceeds maximum allowed length (1073741823 bytes)")
                    .withDetail("Cannot enlarge string buffer containing 0 bytes by " + length + " more bytes.");
        }
        if (!has(length)) {
            throw unexpectedEof();
        }
        if (value.length < length) {
            value = new byte[Math.max(length, (int) Math.min(value.length * 2L, MAX_VALUE))];
        }
        valueAddress = text.address() + at;
        OffHeap.copy(valueAddress, value, 0, length);
        at += length;
        inputs[column].parse(value, 0, length, values[column]);
        return true;
    }

    /** Text of the value, or of an element of it, must be UTF-8. */
    private void checkText(int offset, int length) {
        long address = valueAddress + offset;
        int invalid = Utf8.firstInvalid(address, length);
        if (invalid >= 0) {
            throw Utf8.invalid(address + invalid, length - invalid);
        }
    }

    private static PgError unexpectedEof() {
        return new PgError(SqlState.BAD_COPY_FILE_FORMAT, "unexpected EOF in COPY data");
    }

    /** Whether the file has so many bytes more; then they are in the buffer at {@link #at}. */
    private boolean has(int bytes) {
        if (textLength - at >= bytes) {
            return true;
        }
        if (source.size() - textStart - at < bytes) {
            return false;
        }
        OffHeap.copy(text.address() + at, text.address(), textLength - at);
        textStart += at;
        textLength -= at;
        at = 0;
        text.ensure(bytes, textLength);
        while (textLength < bytes) {
            int n = source.read(text.segment().asSlice(textLength), textStart + textLength);
            if (n <= 0) {
                return false;
            }
            textLength += n;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        file.close();
        text.close();
        for (ColumnBuilder builder : builders) {
            builder.close();
        }
    }
}
