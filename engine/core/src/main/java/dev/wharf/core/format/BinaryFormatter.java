package dev.wharf.core.format;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.memory.OffHeap;
import java.util.List;

/** FORMAT binary: for each row the number of its fields, for each field its length, or -1, and its bytes. */
public final class BinaryFormatter implements BatchWriter {
    private final int[] attributes;
    private final BinaryFormatKernel[] kernels;
    private final RowText text = new RowText();

    /** @param attributes indexes of the columns to write, in order */
    public BinaryFormatter(List<Column> columns, int[] attributes) {
        this.attributes = attributes;
        kernels = new BinaryFormatKernel[attributes.length];
        for (int i = 0; i < kernels.length; i++) {
            kernels[i] = BinaryFormatKernel.of(columns.get(attributes[i]).type());
        }
    }

    @Override
    public long format(ColumnData[] columns, int rows, boolean isFirst, OffHeap.Buffer out) {
        short count = Short.reverseBytes((short) attributes.length);
        long used = 0;
        int first = 0;
        int step = RowText.MAX_ROWS;
        while (first < rows) {
            int n = Math.min(step, rows - first);
            for (int i = 0; i < kernels.length; i++) {
                n = kernels[i].rows(columns[attributes[i]], first, n);
            }
            long width = width(columns, first, n);
            int fit = RowText.rowsFor(width);
            if (fit < n) {
                n = fit;
                width = width(columns, first, n);
            }
            text.begin(n, width);
            for (int r = 0; r < n; r++) {
                OffHeap.putShort(text.cursors[r], count);
                text.cursors[r] += Short.BYTES;
            }
            for (int i = 0; i < kernels.length; i++) {
                kernels[i].format(columns[attributes[i]], first, n, text.cursors);
            }
            used = text.drainTo(out, used, n);
            first += n;
            // Behind wide rows others may be wide: to look at many of them each time would take long
            step = Math.min(2 * n, RowText.MAX_ROWS);
        }
        return used;
    }

    private long width(ColumnData[] columns, int first, int rows) {
        long width = Short.BYTES;
        for (int i = 0; i < kernels.length; i++) {
            width += kernels[i].width(columns[attributes[i]], first, rows);
        }
        return width;
    }

    @Override
    public void close() {
        text.close();
    }
}
