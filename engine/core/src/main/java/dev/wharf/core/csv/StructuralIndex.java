package dev.wharf.core.csv;

import static dev.wharf.core.memory.OffHeap.putInt;

import dev.wharf.core.memory.OffHeap;
import java.nio.charset.StandardCharsets;

/**
 * Finds the structure of a block of CSV: the offsets of the delimiters and row ends that stand outside quotes.
 *
 * <pre>
 *   bytes       a , " x , y " , b \n c ...
 *   quotes          1       1
 *   inside          1 1 1 1 0          prefix XOR: from an opening quote to before its closing one
 *   positions     1           7   9    the delimiters and row ends that are not inside
 *   irregular     none: field 1 has just a quote at each end
 * </pre>
 *
 * <p>A field is in quotes as a whole if its first byte is a quote, unless it is listed as irregular: one with a quote
 * elsewhere than at its two ends, or with an escape. That this is enough follows from parity: a field ends outside quotes,
 * so it has an even number of them, so where none is elsewhere there is one at each end or none at all.
 *
 * <p>A block starts at the start of a row, so outside quotes; nothing is carried from block to block. Because PostgreSQL
 * toggles on every quote wherever it stands, the prefix XOR is exact, not a guess. With ESCAPE other than QUOTE an
 * escaped quote does not toggle; {@link #togglingQuotes} finds those.
 *
 * <p>Two implementations agree byte for byte: {@link VectorStructuralIndex}, and {@link SwarStructuralIndex} where the
 * vector module is missing. Not thread-safe: results are fields, overwritten by the next scan.
 */
public abstract sealed class StructuralIndex permits VectorStructuralIndex, SwarStructuralIndex {
    /** Entries that a scan may write after the last one. */
    public static final int SLACK_ENTRIES = 64;

    private static final VectorWarmUp WARM_UP = new VectorWarmUp("structural index warm-up",
            () -> warmUp(new VectorStructuralIndex(VectorWarmUp.DIALECT)),
            () -> warmUp(new SwarStructuralIndex(VectorWarmUp.DIALECT)));

    protected final CsvDialect dialect;
    protected final byte delimiter;
    protected final byte quote;
    protected final byte escape;
    protected final boolean escapes;
    protected final CsvDialect.Eol eol;

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
    /** Whether an unquoted newline or carriage return stands where the file's end-of-line style has none. */
    protected boolean badEol;

    /** State of the escape rule between two words: inside quotes, and whether the byte before was an active escape. */
    private boolean escapeInside;
    private boolean escapePending;

    protected StructuralIndex(CsvDialect dialect) {
        this.dialect = dialect;
        delimiter = dialect.delimiter();
        quote = dialect.quote();
        escape = dialect.escape();
        escapes = !dialect.escapeIsQuote();
        eol = dialect.eol();
    }

    /** The faster one, as things are now: see {@link #faster}. */
    public static StructuralIndex of(CsvDialect dialect) {
        return WARM_UP.done() ? new VectorStructuralIndex(dialect) : new SwarStructuralIndex(dialect);
    }

    /** The one with vectors, compiled or not; without vectors where this JVM has none. */
    public static StructuralIndex vector(CsvDialect dialect) {
        return VectorSupport.AVAILABLE ? new VectorStructuralIndex(dialect) : new SwarStructuralIndex(dialect);
    }

    /** The one that needs no vectors. */
    public static StructuralIndex swar(CsvDialect dialect) {
        return new SwarStructuralIndex(dialect);
    }

    /** A faster one for the same dialect if there is one by now, else this one. To be asked before each block. */
    public final StructuralIndex faster() {
        return this instanceof SwarStructuralIndex && WARM_UP.done() ? new VectorStructuralIndex(dialect) : this;
    }

    /** Scans a few words in which everything occurs that the code has a branch for: what does not is compiled as impossible. */
    private static Runnable warmUp(StructuralIndex index) {
        byte[] sample = (",,".repeat(32) + "x".repeat(64) + "1,2,3\n".repeat(10) + "4,5,"
                + "a,\"b\",\"c\"\"d\",e\n".repeat(4) + "1,2,,\"3,4\"\n5,6,7,8\n9,\u00e4,").getBytes(StandardCharsets.UTF_8);
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
        escapeInside = false;
        escapePending = false;
        scanWords(base, length, positions, irregular, limit);
    }

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

    /** Prefix XOR: bit i of the result is the parity of bits 0..i. */
    protected static long prefixXor(long bits) {
        long x = bits;
        x ^= x << 1;
        x ^= x << 2;
        x ^= x << 4;
        x ^= x << 8;
        x ^= x << 16;
        x ^= x << 32;
        return x;
    }

    /**
     * The quotes of a 64-byte word that toggle, where ESCAPE is not QUOTE: PostgreSQL's {@code last_was_esc} rule. An escape
     * counts only inside quotes, takes away the toggle of a quote right behind it, and is itself taken away by an
     * escape right before it.
     */
    protected final long togglingQuotes(long quoteBits, long escapeBits) {
        if (escapeBits == 0 && !escapePending) {
            if ((Long.bitCount(quoteBits) & 1) != 0) {
                escapeInside = !escapeInside;
            }
            return quoteBits;
        }
        long toggles = quoteBits;
        boolean inside = escapeInside;
        int activeEscape = escapePending ? -1 : -2;
        for (long rest = quoteBits | escapeBits; rest != 0; rest &= rest - 1) {
            int i = Long.numberOfTrailingZeros(rest);
            long bit = 1L << i;
            boolean escaped = activeEscape == i - 1;
            if ((escapeBits & bit) != 0) {
                activeEscape = inside && !escaped ? i : -2;
            } else if (escaped) {
                toggles &= ~bit;
            } else {
                inside = !inside;
            }
        }
        escapeInside = inside;
        escapePending = activeEscape == 63;
        return toggles;
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
