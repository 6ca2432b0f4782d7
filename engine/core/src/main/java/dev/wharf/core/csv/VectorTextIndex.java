package dev.wharf.core.csv;

import dev.wharf.core.memory.OffHeap;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/** With the Vector API. */
final class VectorTextIndex extends TextStructuralIndex {
    private static final VectorSpecies<Byte> SPECIES = VectorStructuralIndex.SPECIES;

    VectorTextIndex(TextDialect dialect) {
        super(dialect);
    }

    @Override
    protected void masks(long start, int words) {
        ByteVector backslashBytes = ByteVector.broadcast(SPECIES, TextDialect.BACKSLASH);
        ByteVector delimiterBytes = ByteVector.broadcast(SPECIES, delimiter);
        ByteVector endBytes = ByteVector.broadcast(SPECIES, end);
        ByteVector otherBytes = ByteVector.broadcast(SPECIES, other);
        ByteVector pointBytes = ByteVector.broadcast(SPECIES, '.');
        ByteVector ones = ByteVector.broadcast(SPECIES, 1);
        for (int w = 0; w < words; w++) {
            long b = 0;
            long d = 0;
            long e = 0;
            long o = 0;
            long p = 0;
            long h = 0;
            for (int lane = 0; lane < 64; lane += SPECIES.length()) {
                ByteVector v = ByteVector.fromMemorySegment(SPECIES, OffHeap.MEMORY, start + 64L * w + lane,
                        ByteOrder.LITTLE_ENDIAN);
                b |= v.eq(backslashBytes).toLong() << lane;
                d |= v.eq(delimiterBytes).toLong() << lane;
                e |= v.eq(endBytes).toLong() << lane;
                o |= v.eq(otherBytes).toLong() << lane;
                p |= v.eq(pointBytes).toLong() << lane;
                h |= v.lt(ones).toLong() << lane;
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
