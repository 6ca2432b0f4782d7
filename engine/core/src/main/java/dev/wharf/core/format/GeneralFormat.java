package dev.wharf.core.format;

import dev.wharf.core.arrow.ArrowFileReader.ColumnData;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextBuffer;
import dev.wharf.core.types.TextOutputs;
import dev.wharf.core.types.TextSettings;

/** Any type through its output function, quoted or escaped where needed. */
final class GeneralFormat extends FormatKernel {
    /** No value of a fixed-width type has a longer text: the longest are intervals, of up to 66 bytes. */
    private static final int WIDEST_FIXED = 72;

    private final FieldEscaping escaping;
    private final ValueText text;
    private final int bytesPerByte;
    private final OffHeap.Buffer scratch = new OffHeap.Buffer(256);

    GeneralFormat(PgType type, TextSettings settings, CopyDialect dialect, FieldEscaping escaping) {
        super(dialect);
        this.escaping = escaping;
        text = new ValueText(type, TextOutputs.of(type, settings));
        bytesPerByte = settings.equals(TextSettings.DEFAULT) ? 2 : 4;
    }

    @Override
    protected long valueWidth(ColumnData column, int first, int rows) {
        // bytea: two digits a byte and a prefix, or a backslash and three digits a byte; arrays: two digits of their text become
        // two backslashes and three digits
        return FieldEscaping.width(column.offsets() == 0 ? WIDEST_FIXED : bytesPerByte * longest(column, first, rows) + 2);
    }

    @Override
    protected int formatOne(ColumnData column, int row, long to) {
        TextBuffer t = text.of(column, row);
        scratch.ensure(t.length, 0);
        OffHeap.copy(t.bytes, 0, scratch.address(), t.length);
        if (escaping.isNeeded(scratch.address(), t.length)) {
            return escaping.write(scratch.address(), t.length, to);
        }
        OffHeap.copy(scratch.address(), to, t.length);
        return t.length;
    }
}
