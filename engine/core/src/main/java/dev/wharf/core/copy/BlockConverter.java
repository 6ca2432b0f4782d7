package dev.wharf.core.copy;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.putInt;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.csv.StructuralIndex;
import dev.wharf.core.csv.Utf8;
import dev.wharf.core.kernel.BadValues;
import dev.wharf.core.kernel.ColumnKernel;
import dev.wharf.core.kernel.DelimitedFieldBlock;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.TextSettings;
import java.util.List;

/**
 * The fast way of a block of text into column builders: index it, see that its rows are regular, convert it column by
 * column. What is not regular it leaves to the caller, who has a slow and exact way. Not thread-safe.
 */
public final class BlockConverter implements AutoCloseable {
    /** Index entries of a block, at most. */
    private static final int MAX_ENTRIES = 1 << 22;

    private final int[] attributes;
    private final byte rowEnd;
    private final boolean quotesLines;
    private StructuralIndex index;
    private final DelimitedFieldBlock block;
    private final ColumnKernel[] kernels;
    private final ColumnBuilder[] builders;
    private final AbsentColumns absent;
    private final OffHeap.Buffer positions = new OffHeap.Buffer(1 << 16);
    private final OffHeap.Buffer irregular = new OffHeap.Buffer(1 << 16);
    /** Where bad values do not end the load: those of the block last converted; else null. */
    private final BadValues bad;
    private int[] badRows = new int[16];

    /** For a load that a bad value ends. */
    public BlockConverter(Relation relation, int[] attributes, CopyDialect dialect, ForceFlags force, boolean lossless) {
        this(relation, attributes, dialect, force, lossless, TextSettings.DEFAULT, null);
    }

    /**
     * @param attributes indexes of the table's columns in the file's order
     * @param force      for the fields in that order
     * @param lossless   see {@link CopyFormatOptions#lossless}
     * @param bad        takes a block's bad values, which are as usual as any then; null if one ends the load
     */
    BlockConverter(Relation relation, int[] attributes, CopyDialect dialect, ForceFlags force, boolean lossless,
                   TextSettings settings, BadValues bad) {
        this.bad = bad;
        this.attributes = attributes;
        rowEnd = dialect.eol().last();
        quotesLines = dialect instanceof CsvDialect;
        index = StructuralIndex.of(dialect);
        block = DelimitedFieldBlock.of(dialect, attributes.length, force);
        List<Column> columns = relation.columns();
        kernels = new ColumnKernel[attributes.length];
        absent = new AbsentColumns(relation, attributes);
        for (int i = 0; i < kernels.length; i++) {
            kernels[i] = ColumnKernel.of(columns.get(attributes[i]), lossless, settings);
        }
        builders = new ColumnBuilder[columns.size()];
        for (int i = 0; i < builders.length; i++) {
            builders[i] = new ColumnBuilder(columns.get(i).type());
        }
    }

    /** One for each of the table's columns; all have the same number of rows. */
    public ColumnBuilder[] builders() {
        return builders;
    }

    public void clear() {
        for (ColumnBuilder builder : builders) {
            builder.clear();
        }
    }

    /**
     * Appends the whole rows at the head of a block.
     *
     * @param base      the first row's first byte; {@link OffHeap#SLACK} bytes before it and behind the block may be read
     * @param lastBegin offset in the block behind which no row is begun
     * @return the bytes of the rows appended; 0 if there is no whole row, or if anything in them is not as usual: then
     *     nothing was appended
     */
    public long convert(long base, int length, long lastBegin) {
        scan(base, length);
        int fields = attributes.length;
        int rows = index.rows();
        if (rows == 0 || index.badEol() || !isRegular(base, rows, fields)) {
            return 0;
        }
        rows = rowsBegunBy(lastBegin, rows, fields);
        long taken = position(rows * fields - 1) + 1L;
        boolean ascii = !index.notAscii();
        return (ascii || Utf8.firstInvalid(base, (int) taken) < 0) && convert(base, rows, ascii) ? taken : 0;
    }

    /** Indexes a block, without converting it. */
    void scan(long base, int length) {
        index = index.faster();
        int entries = Math.min(length, MAX_ENTRIES) + StructuralIndex.SLACK_ENTRIES;
        positions.ensure(4L * entries, 0);
        irregular.ensure(4L * entries, 0);
        index.scan(base, length, positions.address(), irregular.address(), MAX_ENTRIES);
        putInt(positions.address() - 4, -1);
    }

    /** Delimiters and row ends in the block last indexed. */
    int positions() {
        return index.count();
    }

    int position(int i) {
        return getInt(positions.address() + 4L * i);
    }

    /** Whether every row has the expected number of fields: then each such position, and no other, is a row end. */
    private boolean isRegular(long base, int rows, int fields) {
        if ((long) rows * fields > index.count()) {
            return false;
        }
        long at = positions.address() + 4L * (fields - 1);
        boolean regular = true;
        for (int r = 0; r < rows; r++, at += 4L * fields) {
            regular &= getByte(base + getInt(at)) == rowEnd;
        }
        return regular;
    }

    /** How many of the rows begin at or before an offset; at least one. */
    private int rowsBegunBy(long lastBegin, int rows, int fields) {
        int low = 1;
        int high = rows;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (position((middle - 1) * fields - 1) + 1L <= lastBegin) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private boolean convert(long base, int rows, boolean ascii) {
        block.set(base, positions.address(), rows, ascii);
        if (index.quotes()) {
            block.setQuoted(irregular.address(), index.irregularCount());
        }
        int before = builders[0].rows();
        if (bad != null) {
            bad.clear();
        }
        for (int i = 0; i < kernels.length; i++) {
            ColumnBuilder builder = builders[attributes[i]];
            if (bad == null ? !kernels[i].convert(block, i, builder) : !kernels[i].convert(block, i, builder, bad)) {
                truncate(before);
                return false;
            }
        }
        if (!absent.fill(builders, rows)) {
            truncate(before);
            return false;
        }
        if (bad != null && bad.count() > 0) {
            bad.sort();
            if (!bad.setsNull()) {
                removeBadRows(before);
            }
        }
        return true;
    }

    /** Takes the rows with bad values out again, which begin with the builders' row {@code first}. */
    private void removeBadRows(int first) {
        if (badRows.length < bad.count()) {
            badRows = new int[bad.count() * 2];
        }
        for (int i = 0; i < bad.count(); i++) {
            badRows[i] = first + bad.row(i);
        }
        for (ColumnBuilder builder : builders) {
            builder.remove(badRows, bad.count());
        }
    }

    /** Rows of the block last converted, also those that were left out. */
    int rows() {
        return block.rows();
    }

    /** Offset of a row in the block last converted. */
    int rowStart(int row) {
        return position(row * attributes.length - 1) + 1;
    }

    /** Whether every row of the block counts as one line: a line end that a backslash escapes is not counted. */
    boolean rowsAreLines() {
        return !quotesLines || !index.quotes();
    }

    private void truncate(int rows) {
        for (ColumnBuilder builder : builders) {
            builder.truncate(rows);
        }
    }

    @Override
    public void close() {
        positions.close();
        irregular.close();
        block.close();
        for (ColumnBuilder builder : builders) {
            builder.close();
        }
    }
}
