package dev.wharf.core.csv;

import dev.wharf.core.memory.OffHeap;

/** 64 bytes a step as eight 8-byte words in ordinary registers: for a JVM without the vector module. */
final class SwarStructuralIndex extends CsvStructuralIndex {

    SwarStructuralIndex(CsvDialect dialect) {
        super(dialect);
    }

    @Override
    protected void scanWords(long base, int length, long positions, long irregular, int limit) {
        byte end = eol.last();
        long delimiters = Swar.broadcast(delimiter);
        long quoteBytes = Swar.broadcast(quote);
        long escapeBytes = Swar.broadcast(escape);
        long ends = Swar.broadcast(end);
        long others = Swar.broadcast((byte) (end == '\n' ? '\r' : '\n'));
        boolean crnl = eol == CopyDialect.Eol.CRNL;
        int found = 0;
        int rowEnds = 0;
        long bad = 0;
        long anyQuote = 0;
        // Whether the last word ended with a structural byte (a block begins behind one), or with a quote of which it is
        // not known yet
        long lastStructural = 1;
        long pendingQuote = 0;
        // Whether the field that is open at the end of the last word has a quote elsewhere than at its ends
        long pendingField = 0;
        long pending = 0;
        int irregulars = 0;
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
                q |= Swar.gather(Swar.equal(w, quoteBytes)) << i;
                d |= Swar.gather(Swar.equal(w, delimiters)) << i;
                e |= Swar.gather(Swar.equal(w, ends)) << i;
                o |= Swar.gather(Swar.equal(w, others)) << i;
                z |= Swar.gather(Swar.equal(w, 0)) << i;
                highBits |= Swar.gather(w & Swar.HIGH) << i;
                if (escapes) {
                    escapeBits |= Swar.gather(Swar.equal(w, escapeBytes)) << i;
                }
            }
            long valid = length - offset >= 64 ? -1L : (1L << (length - offset)) - 1;
            q &= valid;
            escapeBits &= valid;
            high |= (z | highBits) & valid;
            long special = q | escapeBits;
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
            if ((special | pending) != 0) {
                // A quote is at an end of its field if it stands right behind one structural byte or right before the next.
                long ends64 = structural | o;
                long atEnds = q & (structural << 1 | lastStructural | ends64 >>> 1);
                long undecided = q & ~atEnds & Long.MIN_VALUE;
                long elsewhere = special & ~atEnds & ~undecided | pendingField | pendingQuote & ~ends64;
                anyQuote |= special;
                pendingField = 0;
                if (elsewhere != 0) {
                    // Each carries through the bytes of its field into the structural byte that ends it; an escape may be one
                    long within = elsewhere & ~structural;
                    long sum = ~structural + within;
                    pendingField = Long.compareUnsigned(sum, within) < 0 ? 1 : 0;
                    long fieldEnds = (sum | elsewhere) & structural;
                    if (fieldEnds != 0) {
                        long fields = Long.compress(fieldEnds, structural);
                        writePositions(fields, found, irregular + 4L * irregulars);
                        irregulars += Long.bitCount(fields);
                    }
                }
                pendingQuote = undecided >>> 63;
                pending = pendingField | pendingQuote;
            }
            lastStructural = structural >>> 63;
            if (structural != 0) {
                writePositions(structural, offset, positions + 4L * found);
                found += Long.bitCount(structural);
                rowEnds += Long.bitCount(e);
            }
        }
        count = found;
        irregularCount = irregulars;
        rows = rowEnds;
        notAscii = high != 0;
        badEol = bad != 0;
        quotes = anyQuote != 0;
    }
}
