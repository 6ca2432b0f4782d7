package dev.wharf.core.format;

import dev.wharf.core.csv.TextDialect;
import dev.wharf.core.memory.OffHeap;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The text format's, with the Vector API. */
final class VectorTextSpecialBytes extends TextSpecialBytes {
    private static final VectorSpecies<Byte> SPECIES = VectorSpecialBytes.SPECIES;

    VectorTextSpecialBytes(TextDialect dialect) {
        super(dialect);
    }

    @Override
    protected boolean scanWords(long start, int words) {
        ByteVector delimiters = ByteVector.broadcast(SPECIES, delimiter);
        ByteVector backslashes = ByteVector.broadcast(SPECIES, '\\');
        ByteVector first = ByteVector.broadcast(SPECIES, TextEscaping.FIRST_CONTROL);
        ByteVector last = ByteVector.broadcast(SPECIES, TextEscaping.LAST_CONTROL);
        long any = 0;
        for (int w = 0; w < words; w++) {
            long word = 0;
            for (int lane = 0; lane < 64; lane += SPECIES.length()) {
                ByteVector v = ByteVector.fromMemorySegment(SPECIES, OffHeap.MEMORY, start + 64L * w + lane,
                        ByteOrder.LITTLE_ENDIAN);
                word |= v.eq(delimiters).or(v.eq(backslashes))
                        .or(v.compare(VectorOperators.GE, first).and(v.compare(VectorOperators.LE, last))).toLong() << lane;
            }
            bits[w] = word;
            any |= word;
        }
        return any != 0;
    }
}
