package dev.wharf.core.csv;

import dev.wharf.core.memory.OffHeap;

/** 64 bytes a step as eight 8-byte words in ordinary registers: for a JVM without the vector module. */
final class SwarStructuralIndex extends StructuralIndex {
    private static final long ONES = 0x0101010101010101L;
    private static final long LOW_SEVEN = 0x7F7F7F7F7F7F7F7FL;
    private static final long HIGH = 0x8080808080808080L;
    /** Gathers the top bit of each byte into one byte. */
    private static final long GATHER = 0x0102040810204080L;

    SwarStructuralIndex(CsvDialect dialect) {
        super(dialect);
    }

    @Override
    protected void scanWords(long base, int length, long positions, long specials, int limit) {
        byte end = eol.last();
        long delimiters = ONES * (delimiter & 0xFF);
        long quoteBytes = ONES * (quote & 0xFF);
        long escapeBytes = ONES * (escape & 0xFF);
        long ends = ONES * end;
        long others = ONES * (end == '\n' ? '\r' : '\n');
        boolean crnl = eol == CsvDialect.Eol.CRNL;
        int found = 0;
        int rowEnds = 0;
        int specialCount = 0;
        long anyQuote = 0;
        long bad = 0;
        long inside = 0;
        long carriageReturn = 0;
        long high = 0;
        for (int offset = 0; offset < length && found < limit; offset += 64) {
            long q = 0;
            long d = 0;
            long e = 0;
            long o = 0;
            long z = 0;
            long escapeBits = 0;
            long highBits = 0;
            for (int i = 0; i < 64; i += 8) {
                long w = OffHeap.getLong(base + offset + i);
                q |= equal(w, quoteBytes) << i;
                d |= equal(w, delimiters) << i;
                e |= equal(w, ends) << i;
                o |= equal(w, others) << i;
                z |= equal(w, 0) << i;
                highBits |= gather(w & HIGH) << i;
                if (escapes) {
                    escapeBits |= equal(w, escapeBytes) << i;
                }
            }
            long valid = length - offset >= 64 ? -1L : (1L << (length - offset)) - 1;
            q &= valid;
            escapeBits &= valid;
            high |= (z | highBits) & valid;
            long special = q | escapeBits;
            anyQuote |= special;
            long toggles = escapes ? togglingQuotes(q, escapeBits) : q;
            long in = inside;
            if (toggles != 0) {
                in = prefixXor(toggles) ^ inside;
                inside = in >> 63;
            }
            long outside = ~in & valid;
            e &= outside;
            o &= outside;
            long structural = (d & outside) | e;
            if (crnl) {
                bad |= (((o << 1) | carriageReturn) & valid) ^ e;
                carriageReturn = o >>> 63;
            } else {
                bad |= o;
            }
            if (structural != 0) {
                writePositions(structural, offset, positions + 4L * found);
                if (specials != 0) {
                    writeSpecials(structural, special, specialCount, specials + 4L * found);
                }
                found += Long.bitCount(structural);
                rowEnds += Long.bitCount(e);
            }
            specialCount += Long.bitCount(special);
        }
        count = found;
        rows = rowEnds;
        quotes = anyQuote != 0;
        notAscii = high != 0;
        badEol = bad != 0;
    }

    /** One bit a byte: whether it equals the pattern's. Exact: no borrow runs from byte to byte. */
    private static long equal(long word, long pattern) {
        long x = word ^ pattern;
        long nonZero = ((x & LOW_SEVEN) + LOW_SEVEN) | x;
        return gather(~nonZero & HIGH);
    }

    private static long gather(long highBits) {
        return (highBits >>> 7) * GATHER >>> 56;
    }
}
