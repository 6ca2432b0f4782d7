package dev.wharf.core.format;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.getShort;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextBuffer;
import dev.wharf.core.types.TextOutput;
import dev.wharf.core.types.TextOutputs;

/** Any stored value through its type's output function. Not thread-safe: the text is overwritten by the next value. */
final class ValueText {
    private final PgType type;
    private final TextOutput output;
    private final Datum datum = new Datum();
    private final TextBuffer text = new TextBuffer();

    ValueText(PgType type) {
        this(type, TextOutputs.of(type));
    }

    ValueText(PgType type, TextOutput output) {
        this.type = type;
        this.output = output;
    }

    TextBuffer of(ColumnData column, int row) {
        long data = column.data();
        switch (type.storage()) {
            case BIT -> datum.lo = getByte(data + (row >> 3)) >> (row & 7) & 1;
            case FIXED2 -> datum.lo = getShort(data + 2L * row);
            case FIXED4 -> datum.lo = getInt(data + 4L * row);
            case FIXED8 -> datum.lo = getLong(data + 8L * row);
            case FIXED16 -> {
                long first = getLong(data + 16L * row);
                long second = getLong(data + 16L * row + 8);
                boolean uuid = type.kind() == PgType.Kind.UUID;
                datum.hi = uuid ? Long.reverseBytes(first) : second;
                datum.lo = uuid ? Long.reverseBytes(second) : first;
            }
            case VARIABLE -> {
                int start = getInt(column.offsets() + 4L * row);
                datum.length = getInt(column.offsets() + 4L * row + 4) - start;
                OffHeap.copy(data + start, datum.reserve(datum.length), 0, datum.length);
            }
        }
        output.format(datum, text.clear());
        return text;
    }

    /** Writes the text at {@code to} and returns its length. */
    int copy(ColumnData column, int row, long to) {
        TextBuffer t = of(column, row);
        OffHeap.copy(t.bytes, 0, to, t.length);
        return t.length;
    }
}
