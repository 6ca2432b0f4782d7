package dev.wharf.core.csv;

import com.carrotsearch.hppc.IntArrayList;
import dev.wharf.core.error.PgError;
import dev.wharf.core.memory.OffHeap;
import java.util.function.IntConsumer;

/**
 * Splits one line into fields as PostgreSQL does, byte by byte: quotes removed, escapes undone, NULL recognised. Not
 * thread-safe: results are overwritten by the next line.
 */
public abstract sealed class CopyReadAttributes permits CopyReadAttributesCsv, CopyReadAttributesText {
    private final byte[] nullPrint;
    private final byte[] defaultPrint;
    private final IntConsumer whenDefault;
    private final IntArrayList ends = new IntArrayList();
    private final IntArrayList nulls = new IntArrayList();

    protected byte[] output = new byte[1024];
    protected int outputLength;

    protected CopyReadAttributes(CopyDialect dialect, IntConsumer whenDefault) {
        nullPrint = dialect.nullPrint();
        defaultPrint = dialect.defaultPrint();
        this.whenDefault = whenDefault;
    }

    /** @param whenDefault told the number of each field that is the DEFAULT string, before those behind it are read */
    public static CopyReadAttributes of(CopyDialect dialect, IntConsumer whenDefault) {
        return switch (dialect) {
            case CsvDialect csv -> new CopyReadAttributesCsv(csv, whenDefault);
            case TextDialect text -> new CopyReadAttributesText(text, whenDefault);
        };
    }

    /** The fields' bytes, one after the other. */
    public final byte[] bytes() {
        return output;
    }

    public final int count() {
        return ends.size();
    }

    public final int start(int field) {
        return field == 0 ? 0 : ends.get(field - 1);
    }

    public final int length(int field) {
        return ends.get(field) - start(field);
    }

    public final boolean isNull(int field) {
        return nulls.get(field) != 0;
    }

    /** Whether a field's bytes are the NULL string, however they were written. */
    public final boolean isNullPrint(int field) {
        return java.util.Arrays.equals(output, start(field), ends.get(field), nullPrint, 0, nullPrint.length);
    }

    /** @throws PgError 22P04 {@code unterminated CSV quoted field}; 22021 for escapes that make no valid UTF-8 */
    public final void split(long address, int length) {
        begin(length);
        int at = 0;
        do {
            at = field(address, at, length);
        } while (at <= length);
    }

    /** Splits what is known to be a single field: see {@link #split}. */
    public final void single(long address, int length) {
        begin(length);
        field(address, 0, length);
    }

    private void begin(int length) {
        ends.clear();
        nulls.clear();
        outputLength = 0;
        if (output.length < length) {
            output = new byte[Math.max(length, Math.min(output.length * 2, Integer.MAX_VALUE / 2))];
        }
    }

    /**
     * Reads one field of a line into {@link #output} and ends it.
     *
     * @return offset after the field's delimiter; over {@code length} when the field was the line's last
     */
    protected abstract int field(long address, int start, int length);

    /**
     * Adds the field that is in the output, and tells whether it is data.
     *
     * @param start  the field as it is written
     * @param length -1 if it can be neither NULL nor a default
     */
    protected final boolean end(long start, int length) {
        boolean isNull = isMarker(start, length, nullPrint);
        ends.add(outputLength);
        nulls.add(isNull ? 1 : 0);
        boolean isDefault = !isNull && defaultPrint != null && isMarker(start, length, defaultPrint);
        if (isDefault) {
            whenDefault.accept(ends.size() - 1);
        }
        return !isNull && !isDefault;
    }

    private static boolean isMarker(long start, int length, byte[] marker) {
        if (length != marker.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (OffHeap.getByte(start + i) != marker[i]) {
                return false;
            }
        }
        return true;
    }
}
