package dev.wharf.core.csv;

import java.nio.charset.StandardCharsets;

/**
 * The structure of CSV: what stands outside quotes.
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
 * <p>Because PostgreSQL toggles on every quote wherever it stands, the prefix XOR is exact, not a guess. With ESCAPE other
 * than QUOTE an escaped quote does not toggle; {@link #togglingQuotes} finds those.
 */
abstract sealed class CsvStructuralIndex extends StructuralIndex permits VectorStructuralIndex, SwarStructuralIndex {
    /** A few words in which everything occurs that the code has a branch for: what does not is compiled as impossible. */
    private static final byte[] SAMPLE = (",,".repeat(32) + "x".repeat(64) + "1,2,3\n".repeat(10) + "4,5,"
            + "a,\"b\",\"c\"\"d\",e\n".repeat(4) + "1,2,,\"3,4\"\n5,6,7,8\n9,\u00e4,").getBytes(StandardCharsets.UTF_8);

    private static final VectorWarmUp WARM_UP = new VectorWarmUp("structural index warm-up",
            () -> scanOf(new VectorStructuralIndex(VectorWarmUp.DIALECT), SAMPLE),
            () -> scanOf(new SwarStructuralIndex(VectorWarmUp.DIALECT), SAMPLE));

    protected final byte quote;
    protected final byte escape;
    protected final boolean escapes;
    private final CsvDialect dialect;

    /** State of the escape rule between two words: inside quotes, and whether the byte before was an active escape. */
    private boolean escapeInside;
    private boolean escapePending;

    protected CsvStructuralIndex(CsvDialect dialect) {
        super(dialect);
        this.dialect = dialect;
        quote = dialect.quote();
        escape = dialect.escape();
        escapes = !dialect.escapeIsQuote();
    }

    static CsvStructuralIndex of(CsvDialect dialect) {
        return WARM_UP.done() ? new VectorStructuralIndex(dialect) : new SwarStructuralIndex(dialect);
    }

    @Override
    public final StructuralIndex faster() {
        return this instanceof SwarStructuralIndex && WARM_UP.done() ? new VectorStructuralIndex(dialect) : this;
    }

    @Override
    protected final void begin() {
        escapeInside = false;
        escapePending = false;
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
}
