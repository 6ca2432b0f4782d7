package dev.wharf.core.copy;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.kernel.BinaryKernels;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.TextInput;
import java.util.Arrays;
import java.util.List;

/**
 * The exact way through the binary format: a row and a value at a time, as PostgreSQL's {@code CopyFromBinaryOneRow} does.
 * Not thread-safe.
 */
final class BinaryRowReader implements AutoCloseable {
    private static final int BLOCK = 256 << 10;
    /** PostgreSQL's limit on a value: MaxAllocSize. */
    private static final int MAX_VALUE = 0x3FFFFFFF;

    private final CopyJob job;
    private final CopySource source;
    private final TextInput[] inputs;
    private final DefaultValues defaults;
    private final Datum[] values;
    private final boolean[] isNull;
    private final OffHeap.Buffer text = new OffHeap.Buffer(BLOCK);
    private byte[] value = new byte[256];
    private final BinaryKernels.Text textCheck = new BinaryKernels.Text();

    /** File offset of the text buffer's first byte, the bytes in it, and those of them that have been read. */
    private long textStart;
    private int textLength;
    private int at;

    BinaryRowReader(CopyJob job, CopySource source) {
        this.job = job;
        this.source = source;
        List<Column> columns = job.relation().columns();
        defaults = DefaultValues.of(job);
        inputs = new TextInput[columns.size()];
        values = new Datum[inputs.length];
        isNull = new boolean[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = BinaryKernels.input(columns.get(i).type(), job.lossless(), textCheck);
            values[i] = new Datum();
        }
    }

    /** Goes to a row's start. */
    void begin(long start) {
        textStart = start;
        textLength = 0;
        at = 0;
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
            NextCopyFrom.checkNotNull(job.relation(), values, isNull, job.settings());
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

    /** Appends the row that was read last. */
    void append(ColumnBuilder[] builders) {
        for (int i = 0; i < builders.length; i++) {
            if (isNull[i]) {
                builders[i].appendNull();
            } else {
                builders[i].append(values[i]);
            }
        }
    }

    /** Offset in the source of what has not been read. */
    long position() {
        return textStart + at;
    }

    /** Address of that byte. */
    long address() {
        return text.address() + at;
    }

    /** Bytes there. */
    int length() {
        return textLength - at;
    }

    /** Says that bytes there have been read by somebody else. */
    void skip(int bytes) {
        at += bytes;
    }

    /** Reads on until the buffer is full, or the source has ended. */
    void fill() {
        has(Math.clamp(source.size() - position(), 0, BLOCK));
    }

    /** Gives memory back that a large value took; what is there has to be read again. */
    void shrink() {
        begin(position());
        text.shrink(4L * BLOCK);
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
        textCheck.set(text.address() + at);
        OffHeap.copy(text.address() + at, value, 0, length);
        at += length;
        inputs[column].parse(value, 0, length, values[column]);
        return true;
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
    public void close() {
        text.close();
    }
}
