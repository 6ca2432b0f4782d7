package dev.wharf.core.format;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.BinaryOutputs;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextBuffer;
import java.util.List;

/** FORMAT binary: for each row the number of its fields, for each field its length, or -1, and its bytes. */
public final class BinaryFormatter implements BatchWriter {
    private final int[] attributes;
    private final ValueText[] values;

    /** @param attributes indexes of the columns to write, in order */
    public BinaryFormatter(List<Column> columns, int[] attributes) {
        this.attributes = attributes;
        values = new ValueText[attributes.length];
        for (int i = 0; i < values.length; i++) {
            PgType type = columns.get(attributes[i]).type();
            values[i] = new ValueText(type, BinaryOutputs.of(type));
        }
    }

    @Override
    public long format(ColumnData[] columns, int rows, boolean first, OffHeap.Buffer out) {
        long used = 0;
        for (int r = 0; r < rows; r++) {
            out.ensure(used + Short.BYTES, used);
            OffHeap.putShort(out.address() + used, Short.reverseBytes((short) attributes.length));
            used += Short.BYTES;
            for (int i = 0; i < attributes.length; i++) {
                ColumnData column = columns[attributes[i]];
                boolean isNull = column.validity() != 0 && column.isNull(r);
                TextBuffer value = isNull ? null : values[i].of(column, r);
                int length = isNull ? 0 : value.length;
                out.ensure(used + Integer.BYTES + length, used);
                OffHeap.putInt(out.address() + used, Integer.reverseBytes(isNull ? -1 : length));
                used += Integer.BYTES;
                if (length > 0) {
                    OffHeap.copy(value.bytes, 0, out.address() + used, length);
                    used += length;
                }
            }
        }
        return used;
    }

    @Override
    public void close() {
    }
}
