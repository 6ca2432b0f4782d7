package dev.wharf.core.csv;

import java.nio.charset.StandardCharsets;

/**
 * The structure of the text format: what is not escaped by a backslash.
 *
 * <pre>
 *   bytes       a \t \ \t b \ \ \n \ N \t ...
 *   active           1      1      1          backslashes that escape: every other one of a run
 *   escaped             1     1      1        the bytes behind them
 *   positions     1             7      10     the delimiters and row ends that are not escaped
 *   irregular     1, 2                        the fields with a backslash
 * </pre>
 *
 * <p>The bytes are compared some thousand at a time, which is all that differs between the implementations; the rest is the same
 * arithmetic on masks. An end-of-copy marker, whose backslash escapes a point, is reported as a bad line end.
 */
abstract sealed class TextStructuralIndex extends StructuralIndex permits VectorTextIndex, SwarTextIndex {
    /** Words of 64 bytes whose masks are made at a time: they stay in the first-level cache. */
    protected static final int WORDS = 64;

    private static final long EVEN = 0x5555555555555555L;

    private static final TextDialect DIALECT = new TextDialect((byte) '\t', CopyDialect.Eol.NL, new byte[] {'\\', 'N'});
    private static final byte[] SAMPLE = ("1\t2\t3\n".repeat(30) + "a\\tb\tc\\\\\t\\N\n".repeat(8) + "x".repeat(70)
            + "\u00e4\t1\n").getBytes(StandardCharsets.UTF_8);

    private static final VectorWarmUp WARM_UP = new VectorWarmUp("text index warm-up",
            () -> scanOf(new VectorTextIndex(DIALECT), SAMPLE), () -> scanOf(new SwarTextIndex(DIALECT), SAMPLE));

    /** The row end's byte, and the other of newline and carriage return. */
    protected final byte end;
    protected final byte other;

    /** What {@link #masks} finds, a bit for each byte. */
    protected final long[] backslashes = new long[WORDS];
    protected final long[] delimiters = new long[WORDS];
    protected final long[] ends = new long[WORDS];
    protected final long[] others = new long[WORDS];
    protected final long[] points = new long[WORDS];
    /** NUL, and all that begins with a one bit. */
    protected final long[] highs = new long[WORDS];

    private final TextDialect dialect;

    protected TextStructuralIndex(TextDialect dialect) {
        super(dialect);
        this.dialect = dialect;
        end = dialect.eol().last();
        other = (byte) (end == '\n' ? '\r' : '\n');
    }

    static TextStructuralIndex of(TextDialect dialect) {
        return WARM_UP.done() ? new VectorTextIndex(dialect) : new SwarTextIndex(dialect);
    }

    @Override
    public final StructuralIndex faster() {
        return this instanceof SwarTextIndex && WARM_UP.done() ? new VectorTextIndex(dialect) : this;
    }

    /** Fills the masks of the {@code words} words of 64 bytes at {@code start}. */
    protected abstract void masks(long start, int words);

    @Override
    protected final void begin() {
    }

    @Override
    protected final void scanWords(long base, int length, long positions, long irregular, int limit) {
        boolean crnl = eol == CopyDialect.Eol.CRNL;
        int found = 0;
        int rowEnds = 0;
        int irregulars = 0;
        long bad = 0;
        long anyBackslash = 0;
        long high = 0;
        long carriageReturn = 0;
        // Whether the last word's last byte escapes the next, and whether the field open at its end has a backslash
        long pendingEscape = 0;
        long pendingField = 0;
        for (int from = 0; from < length && found < limit; from += 64 * WORDS) {
            int words = Math.min(WORDS, length - from + 63 >>> 6);
            masks(base + from, words);
            for (int w = 0; w < words && found < limit; w++) {
                int offset = from + 64 * w;
                long valid = length - offset >= 64 ? -1L : (1L << (length - offset)) - 1;
                long b = backslashes[w] & valid;
                long d = delimiters[w] & valid;
                long e = ends[w] & valid;
                long o = others[w] & valid;
                high |= highs[w] & valid;
                if ((b | pendingEscape) != 0) {
                    long active = activeEscapes(b & ~pendingEscape);
                    long escaped = active << 1 | pendingEscape;
                    pendingEscape = active >>> 63;
                    d &= ~escaped;
                    e &= ~escaped;
                    o &= ~escaped;
                    bad |= escaped & points[w] & valid;
                }
                long structural = d | e;
                if (crnl) {
                    bad |= (o << 1 | carriageReturn) & valid ^ e;
                    carriageReturn = o >>> 63;
                } else {
                    bad |= o;
                }
                long special = b | pendingField;
                if (special != 0) {
                    anyBackslash |= b;
                    // Each carries through the bytes of its field into the structural byte that ends it
                    long within = special & ~structural;
                    long sum = ~structural + within;
                    pendingField = Long.compareUnsigned(sum, within) < 0 ? 1 : 0;
                    long fieldEnds = (sum | special) & structural;
                    if (fieldEnds != 0) {
                        long fields = Long.compress(fieldEnds, structural);
                        writePositions(fields, found, irregular + 4L * irregulars);
                        irregulars += Long.bitCount(fields);
                    }
                }
                if (structural != 0) {
                    writePositions(structural, offset, positions + 4L * found);
                    found += Long.bitCount(structural);
                    rowEnds += Long.bitCount(e);
                }
            }
        }
        count = found;
        irregularCount = irregulars;
        rows = rowEnds;
        notAscii = high != 0;
        badEol = bad != 0;
        quotes = anyBackslash != 0;
    }

    /** Of each run of backslashes the first, the third, and so on. A run at bit 0 begins there. */
    static long activeEscapes(long backslashes) {
        long evenStarts = backslashes & ~(backslashes << 1) & EVEN;
        // Adding a run's first bit moves the run out of the way
        long evenRuns = backslashes & ~(backslashes + evenStarts);
        return evenRuns & EVEN | backslashes & ~evenRuns & ~EVEN;
    }
}
