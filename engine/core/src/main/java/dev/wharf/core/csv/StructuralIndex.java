package dev.wharf.core.csv;

import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.putInt;

import dev.wharf.core.memory.OffHeap;

/**
 * Finds the structure of a block of CSV: the offsets of the delimiters and row ends that stand outside quotes.
 *
 * <pre>
 *   bytes       a , " x , y " , b \n c ...
 *   quotes          1       1
 *   inside          1 1 1 1 0          prefix XOR: from an opening quote to before its closing one
 *   positions     1           7   9    the delimiters and row ends that are not inside
 *   quoted        (1, 2)               field 1 holds 2 quotes (or escapes); only such fields are listed
 * </pre>
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

    protected final byte delimiter;
    protected final byte quote;
    protected final byte escape;
    protected final boolean escapes;
    protected final CsvDialect.Eol eol;

    /** Structural bytes found. */
    protected int count;
    /** Row ends among them. */
    protected int rows;
    /** Fields that hold a quote or an escape. */
    protected int quotedCount;
    /** Whether a NUL or a byte over 0x7F was seen: the block is not plain ASCII. */
    protected boolean notAscii;
    /** Whether an unquoted newline or carriage return stands where the file's end-of-line style has none. */
    protected boolean badEol;

    /** State of the escape rule between two words: inside quotes, and whether the byte before was an active escape. */
    private boolean escapeInside;
    private boolean escapePending;
    private int lastQuoted;

    protected StructuralIndex(CsvDialect dialect) {
        delimiter = dialect.delimiter();
        quote = dialect.quote();
        escape = dialect.escape();
        escapes = !dialect.escapeIsQuote();
        eol = dialect.eol();
    }

    /** The fastest one that this JVM can run. */
    public static StructuralIndex of(CsvDialect dialect) {
        return VectorSupport.AVAILABLE ? VectorStructuralIndex.create(dialect) : new SwarStructuralIndex(dialect);
    }

    /** The one that needs no vectors, to hold the other against. */
    public static StructuralIndex swar(CsvDialect dialect) {
        return new SwarStructuralIndex(dialect);
    }

    /**
     * Scans {@code length} bytes at {@code base}, which has {@link OffHeap#SLACK} bytes after it.
     *
     * @param positions where int32 offsets from {@code base} go; room for {@code min(length, limit) + SLACK_ENTRIES}
     * @param quoted    where a pair of int32 goes for each field with quotes or escapes: its number, counted by the positions that end fields, and
     *                  how many it has; room for as many pairs
     * @param limit     the scan ends early, after a word of 64 bytes, with this many positions
     */
    public final void scan(long base, int length, long positions, long quoted, int limit) {
        count = 0;
        rows = 0;
        quotedCount = 0;
        notAscii = false;
        badEol = false;
        escapeInside = false;
        escapePending = false;
        lastQuoted = -1;
        scanWords(base, length, positions, quoted, limit);
    }

    protected abstract void scanWords(long base, int length, long positions, long quoted, int limit);

    public final int count() {
        return count;
    }

    public final int rows() {
        return rows;
    }

    /** Entries in the list of fields with quotes. */
    public final int quotedCount() {
        return quotedCount;
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

    /**
     * Notes the fields that a word's quotes and escapes are in.
     *
     * @param found positions before this word
     */
    protected final void noteQuoted(long specialBits, long structuralBits, int found, long quoted) {
        int last = lastQuoted;
        int n = quotedCount;
        for (long rest = specialBits; rest != 0; rest &= rest - 1) {
            long below = (rest & -rest) - 1;
            int field = found + Long.bitCount(structuralBits & below);
            if (field == last) {
                long at = quoted + 8L * n - 4;
                putInt(at, getInt(at) + 1);
            } else {
                putInt(quoted + 8L * n, field);
                putInt(quoted + 8L * n + 4, 1);
                last = field;
                n++;
            }
        }
        lastQuoted = last;
        quotedCount = n;
    }
}
