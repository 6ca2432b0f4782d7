package dev.wharf.core.csv;

import dev.wharf.core.memory.OffHeap;

/** With eight bytes in an ordinary register, for a JVM without the vector module. */
final class SwarTextIndex extends TextStructuralIndex {
    private static final long BACKSLASHES = Swar.broadcast(TextDialect.BACKSLASH);
    private static final long POINTS = Swar.broadcast((byte) '.');

    SwarTextIndex(TextDialect dialect) {
        super(dialect);
    }

    @Override
    protected void masks(long start, int words) {
        long delimiterBytes = Swar.broadcast(delimiter);
        long endBytes = Swar.broadcast(end);
        long otherBytes = Swar.broadcast(other);
        for (int w = 0; w < words; w++) {
            long b = 0;
            long d = 0;
            long e = 0;
            long o = 0;
            long p = 0;
            long h = 0;
            for (int i = 0; i < 64; i += 8) {
                long v = OffHeap.getLong(start + 64L * w + i);
                b |= Swar.gather(Swar.equal(v, BACKSLASHES)) << i;
                d |= Swar.gather(Swar.equal(v, delimiterBytes)) << i;
                e |= Swar.gather(Swar.equal(v, endBytes)) << i;
                o |= Swar.gather(Swar.equal(v, otherBytes)) << i;
                p |= Swar.gather(Swar.equal(v, POINTS)) << i;
                h |= Swar.gather(Swar.equal(v, 0) | v & Swar.HIGH) << i;
            }
            backslashes[w] = b;
            delimiters[w] = d;
            ends[w] = e;
            others[w] = o;
            points[w] = p;
            highs[w] = h;
        }
    }
}
