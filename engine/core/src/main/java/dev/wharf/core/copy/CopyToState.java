package dev.wharf.core.copy;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.encoding.FromUtf8;
import dev.wharf.core.error.PgError;
import dev.wharf.core.format.BatchWriter;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.PgType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A COPY TO that a program drives, row by row: PostgreSQL's {@code CopyToState}, with its stages under their names. It needs
 * neither a table nor a data directory: the rows are the caller's.
 *
 * <pre>
 *   try (CopyToState copy = CopyToState.beginCopyTo(columns, channel, CopyFormatOptions.CSV)) {
 *       copy.copyOneRowTo(values, nulls);
 *       copy.endCopyTo();
 *   }
 * </pre>
 *
 * <p>{@link #doCopyTo} writes all that a {@link CopyFromState} reads. A table is written by
 * {@code DataDirectory.copyTo}, by all processes at once.
 *
 * <p>Not thread-safe.
 */
public final class CopyToState implements AutoCloseable {
    private static final int ROWS = 4096;
    private static final long BYTES = 1 << 20;

    private final WritableByteChannel out;
    private final CopyFormatOptions options;
    private final ColumnBuilder[] builders;
    private final PgType[] types;
    private final BatchWriter writer;
    /** Null where the text is UTF-8. */
    private final FromUtf8 conversion;
    private final OffHeap.Buffer text = new OffHeap.Buffer(BYTES);
    private long bytes;
    private long rows;
    private long staged;

    private CopyToState(List<Column> columns, WritableByteChannel out, CopyFormatOptions options) throws IOException {
        this.out = out;
        this.options = options;
        Relation relation = new Relation(0, "", columns, true);
        int[] attributes = IntStream.range(0, columns.size()).toArray();
        types = columns.stream().map(Column::type).toArray(PgType[]::new);
        builders = columns.stream().map(column -> new ColumnBuilder(column.type())).toArray(ColumnBuilder[]::new);
        CopyDialect dialect = options.dialect(CopyDialect.Eol.NL);
        writer = CopyToRows.writer(options.format(), columns, attributes, dialect, options.force(relation, attributes),
                options.settings());
        conversion = options.fromUtf8();
        write(CopyToHead.header(options, relation, attributes));
    }

    /**
     * Begins, and writes what stands before the rows.
     *
     * @param columns names and types of a row's values
     * @param out     takes the bytes, some MiB at a time; stays open
     */
    public static CopyToState beginCopyTo(List<Column> columns, WritableByteChannel out, CopyFormatOptions options)
            throws IOException {
        return new CopyToState(columns, out, options);
    }

    /**
     * Adds a row.
     *
     * @param values one for each column, in its stored form; may be used again
     * @param nulls  which of them are NULL
     * @throws PgError 22P05 for a character that the encoding does not have, in this row or in one before
     */
    public void copyOneRowTo(Datum[] values, boolean[] nulls) throws IOException {
        if (values.length != builders.length || nulls.length != builders.length) {
            throw new IllegalArgumentException("a row has " + builders.length + " columns: values=" + values.length + ", nulls="
                    + nulls.length);
        }
        for (int i = 0; i < builders.length; i++) {
            if (nulls[i]) {
                builders[i].appendNull();
            } else {
                builders[i].append(values[i]);
                staged += values[i].length;
            }
        }
        rows++;
        if (builders.length > 0 && (builders[0].rows() == ROWS || staged >= BYTES)) {
            flush();
        }
    }

    /** Writes all rows that are left in {@code from}, whose columns are this one's. @return how many */
    public long doCopyTo(CopyFromState from) throws IOException {
        long before = rows;
        while (from.nextCopyFrom()) {
            copyOneRowTo(from.values(), from.nulls());
        }
        return rows - before;
    }

    private void flush() throws IOException {
        ColumnData[] columns = new ColumnData[builders.length];
        for (int i = 0; i < columns.length; i++) {
            long offsets = types[i].storage() == PgType.Storage.VARIABLE ? builders[i].offsetsAddress() : 0;
            columns[i] = new ColumnData(types[i], builders[i].validityAddress(), offsets, builders[i].dataAddress());
        }
        long length = builders.length == 0 ? 0 : writer.format(columns, builders[0].rows(), rows == builders[0].rows(), text);
        OffHeap.Buffer encoded = text;
        if (conversion != null) {
            length = conversion.convert(text.address(), length);
            encoded = conversion.converted();
        }
        for (ColumnBuilder builder : builders) {
            builder.clear();
        }
        staged = 0;
        for (long at = 0; at < length;) {
            long n = Math.min(length - at, 1 << 30);
            write(encoded.segment().asSlice(at, n).asByteBuffer());
            at += n;
        }
    }

    private void write(ByteBuffer from) throws IOException {
        bytes += from.remaining();
        while (from.hasRemaining()) {
            out.write(from);
        }
    }

    /** Rows added so far. */
    public long rows() {
        return rows;
    }

    /** Writes the rows that are left, and what follows them. @return the bytes written, from the header to here */
    public long endCopyTo() throws IOException {
        flush();
        write(CopyToHead.trailer(options));
        return bytes;
    }

    /** Frees memory. What has not been written by {@link #endCopyTo} is dropped. */
    @Override
    public void close() {
        for (ColumnBuilder builder : builders) {
            builder.close();
        }
        writer.close();
        if (conversion != null) {
            conversion.close();
        }
        text.close();
    }
}
