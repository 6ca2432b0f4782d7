package dev.wharf.core.format;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.JsonOutputs;
import dev.wharf.core.types.TextBuffer;
import dev.wharf.core.types.TextSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** FORMAT json: a row is an object on a line, as {@code row_to_json} gives it. With FORCE_ARRAY it is an array's element. */
public final class JsonFormatter implements BatchWriter {
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final boolean array;
    private final int[] attributes;
    private final ValueText[] values;
    /** What stands before each value: a brace or a comma, the column's name, and a colon. */
    private final byte[][] keys;

    /** @param attributes indexes of the columns to write, in order */
    public JsonFormatter(List<Column> columns, int[] attributes, boolean array, TextSettings settings) {
        this.array = array;
        this.attributes = attributes;
        values = new ValueText[attributes.length];
        keys = new byte[attributes.length][];
        TextBuffer key = new TextBuffer();
        for (int i = 0; i < values.length; i++) {
            Column column = columns.get(attributes[i]);
            values[i] = new ValueText(column.type(), JsonOutputs.of(column.type(), settings));
            byte[] name = column.name().getBytes(StandardCharsets.UTF_8);
            key.clear().put(i == 0 ? '{' : ',');
            JsonOutputs.escape(name, name.length, key);
            key.put(':');
            keys[i] = java.util.Arrays.copyOf(key.bytes, key.length);
        }
    }

    @Override
    public long format(ColumnData[] columns, int rows, boolean first, OffHeap.Buffer out) {
        long used = 0;
        for (int r = 0; r < rows; r++) {
            out.ensure(used + 1, used);
            if (array) {
                OffHeap.putByte(out.address() + used++, first && r == 0 ? (byte) ' ' : (byte) ',');
            }
            for (int i = 0; i < attributes.length; i++) {
                ColumnData column = columns[attributes[i]];
                used = append(keys[i], keys[i].length, out, used);
                if (column.isNull(r)) {
                    used = append(NULL, NULL.length, out, used);
                } else {
                    TextBuffer value = values[i].of(column, r);
                    used = append(value.bytes, value.length, out, used);
                }
            }
            out.ensure(used + 2, used);
            OffHeap.putByte(out.address() + used++, (byte) '}');
            OffHeap.putByte(out.address() + used++, (byte) '\n');
        }
        return used;
    }

    private static long append(byte[] bytes, int length, OffHeap.Buffer out, long used) {
        out.ensure(used + length, used);
        OffHeap.copy(bytes, 0, out.address() + used, length);
        return used + length;
    }

    @Override
    public void close() {
    }
}
