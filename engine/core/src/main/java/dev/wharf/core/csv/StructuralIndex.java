package dev.wharf.core.csv;

import static dev.wharf.core.memory.OffHeap.putInt;

import dev.wharf.core.memory.OffHeap;

/**
 * Finds the structure of a block of text: the offsets of the delimiters and row ends that stand neither in quotes nor behind
 * a backslash; and which fields are more than what is between two of them.
 *
 * <p>A block starts at the start of a row, so outside quotes and not escaped; nothing is carried from block to block.
 *
 * <p>For each kind of dialect two implementations agree byte for byte: one with vectors, and one with 64-bit words where the
 * vector module is missing. Not thread-safe: results are fields, overwritten by the next scan.
 */
public abstract sealed class StructuralIndex permits CsvStructuralIndex, TextStructuralIndex {
    /** Entries that a scan may write after the last one. */
    public static final int SLACK_ENTRIES = 64;

    protected final byte delimiter;
    protected final CopyDialect.Eol eol;

    /** Structural bytes found. */
    protected int count;
    /** Row ends among them. */
    protected int rows;
    /** Whether a quote or an escape was seen. */
    protected boolean quotes;
    /** Fields in the list of irregular ones. */
    protected int irregularCount;
    /** Whether a NUL or a byte over 0x7F was seen: the block is not plain ASCII. */
    protected boolean notAscii;
    /** Whether a newline or carriage return stands where the file's end-of-line style has none; or an end-of-copy marker. */
    protected boolean badEol;

    protected StructuralIndex(CopyDialect dialect) {
        delimiter = dialect.delimiter();
        eol = dialect.eol();
    }

    /** The faster one, as things are now: see {@link #faster}. */
    public static StructuralIndex of(CopyDialect dialect) {
        return switch (dialect) {
            case CsvDialect csv -> CsvStructuralIndex.of(csv);
            case TextDialect text -> TextStructuralIndex.of(text);
        };
    }

    /** The one with vectors, compiled or not; without vectors where this JVM has none. */
    public static StructuralIndex vector(CopyDialect dialect) {
        if (!VectorSupport.AVAILABLE) {
            return swar(dialect);
        }
        return switch (dialect) {
            case CsvDialect csv -> new VectorStructuralIndex(csv);
            case TextDialect text -> new VectorTextIndex(text);
        };
    }

    /** The one that needs no vectors. */
    public static StructuralIndex swar(CopyDialect dialect) {
        return switch (dialect) {
            case CsvDialect csv -> new SwarStructuralIndex(csv);
            case TextDialect text -> new SwarTextIndex(text);
        };
    }

    /** A faster one for the same dialect if there is one by now, else this one. To be asked before each block. */
    public abstract StructuralIndex faster();

    /** A scan of little text, for a warm-up. */
    protected static Runnable scanOf(StructuralIndex index, byte[] sample) {
        OffHeap.Buffer text = new OffHeap.Buffer(sample.length);
        OffHeap.copy(sample, 0, text.address(), sample.length);
        OffHeap.Buffer entries = new OffHeap.Buffer(8L * (sample.length + SLACK_ENTRIES));
        return () -> index.scan(text.address(), sample.length, entries.address(),
                entries.address() + entries.capacity() / 2, Integer.MAX_VALUE);
    }

    /**
     * Scans {@code length} bytes at {@code base}, which has {@link OffHeap#SLACK} bytes after it.
     *
     * @param positions where int32 offsets from {@code base} go; room for {@code min(length, limit) + SLACK_ENTRIES}
     * @param irregular where the number of each irregular field goes, an int32, counted by the positions that end fields;
     *           the same room
     * @param limit     the scan ends early, after a word of 64 bytes, with this many positions
     */
    public final void scan(long base, int length, long positions, long irregular, int limit) {
        count = 0;
        rows = 0;
        quotes = false;
        notAscii = false;
        badEol = false;
        begin();
        scanWords(base, length, positions, irregular, limit);
    }

    /** Forgets the block before. */
    protected abstract void begin();

    protected abstract void scanWords(long base, int length, long positions, long irregular, int limit);

    public final int count() {
        return count;
    }

    public final int rows() {
        return rows;
    }

    /** Whether the block holds any quote or escape. */
    public final boolean quotes() {
        return quotes;
    }

    /** Entries in the list of irregular fields. */
    public final int irregularCount() {
        return irregularCount;
    }

    public final boolean notAscii() {
        return notAscii;
    }

    public final boolean badEol() {
        return badEol;
    }

    /** Writes the offsets of the set bits; may write up to {@link #SLACK_ENTRIES} entries too many. */
    protected static void writePositions(long bits, int offset, long target) {
        long rest = bits;
        long at = target;
        int n = Long.bitCount(bits);
        do {
            putInt(at, offset + Long.numberOfTrailingZeros(rest));
            rest &= rest - 1;
            putInt(at + 4, offset + Long.numberOfTrailingZeros(rest));
            rest &= rest - 1;
            putInt(at + 8, offset + Long.numberOfTrailingZeros(rest));
            rest &= rest - 1;
            putInt(at + 12, offset + Long.numberOfTrailingZeros(rest));
            rest &= rest - 1;
            putInt(at + 16, offset + Long.numberOfTrailingZeros(rest));
            rest &= rest - 1;
            putInt(at + 20, offset + Long.numberOfTrailingZeros(rest));
            rest &= rest - 1;
            putInt(at + 24, offset + Long.numberOfTrailingZeros(rest));
            rest &= rest - 1;
            putInt(at + 28, offset + Long.numberOfTrailingZeros(rest));
            rest &= rest - 1;
            at += 32;
            n -= 8;
        } while (n > 0);
    }
}
