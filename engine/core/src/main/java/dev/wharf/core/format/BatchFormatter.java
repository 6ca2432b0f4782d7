package dev.wharf.core.format;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.TextSettings;
import java.util.List;

/** Turns a batch's columns into text, for FORMAT csv and text. */
public final class BatchFormatter implements BatchWriter {
    private final CopyDialect dialect;
    private final int[] attributes;
    private final FormatKernel[] kernels;
    private final RowText text = new RowText();

    /** @param attributes indexes of the columns to write, in order */
    public BatchFormatter(List<Column> columns, int[] attributes, CopyDialect dialect, ForceFlags force, TextSettings settings) {
        this.dialect = dialect;
        this.attributes = attributes;
        kernels = new FormatKernel[attributes.length];
        for (int i = 0; i < kernels.length; i++) {
            kernels[i] = FormatKernel.of(columns.get(attributes[i]).type(), settings, dialect, attributes.length == 1,
                    force.quote(i));
        }
    }

    @Override
    public long format(ColumnData[] columns, int rows, boolean isFirst, OffHeap.Buffer out) {
        long used = 0;
        int first = 0;
        int step = RowText.MAX_ROWS;
        while (first < rows) {
            int n = Math.min(step, rows - first);
            long width = width(columns, first, n);
            int fit = RowText.rowsFor(width);
            if (fit < n) {
                // Wide rows: fewer at a time. Looked at again, since the widest may not be among them.
                n = fit;
                width = width(columns, first, n);
            }
            text.begin(n, width);
            for (int i = 0; i < kernels.length; i++) {
                kernels[i].format(columns[attributes[i]], first, n, text.cursors,
                        i == kernels.length - 1 ? (byte) '\n' : dialect.delimiter());
            }
            used = text.drainTo(out, used, n);
            first += n;
        }
        return used;
    }

    private long width(ColumnData[] columns, int first, int rows) {
        long width = kernels.length;
        for (int i = 0; i < kernels.length; i++) {
            width += kernels[i].width(columns[attributes[i]], first, rows);
        }
        return width;
    }

    /** Appends a header line's field, quoted or escaped where needed, to {@code to} and returns its length. */
    public static int header(byte[] name, CopyDialect dialect, boolean alone, OffHeap.Buffer scratch, long to) {
        scratch.ensure(name.length, 0);
        OffHeap.copy(name, 0, scratch.address(), name.length);
        FieldEscaping escaping = FieldEscaping.of(dialect, alone, false);
        if (escaping.isNeeded(scratch.address(), name.length)) {
            return escaping.write(scratch.address(), name.length, to);
        }
        OffHeap.copy(name, 0, to, name.length);
        return name.length;
    }

    @Override
    public void close() {
        text.close();
    }
}
