package dev.wharf.core.format;

import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.memory.OffHeap;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/** With the Vector API. */
final class VectorSpecialBytes extends CsvSpecialBytes {
    static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED.length() >= 64
            ? ByteVector.SPECIES_512
            : ByteVector.SPECIES_PREFERRED.length() == 32 ? ByteVector.SPECIES_256 : ByteVector.SPECIES_128;

    VectorSpecialBytes(CsvDialect dialect) {
        super(dialect);
    }

    @Override
    protected boolean scanWords(long start, int words) {
        ByteVector delimiters = ByteVector.broadcast(SPECIES, delimiter);
        ByteVector quotes = ByteVector.broadcast(SPECIES, quote);
        ByteVector newlines = ByteVector.broadcast(SPECIES, '\n');
        ByteVector returns = ByteVector.broadcast(SPECIES, '\r');
        long any = 0;
        for (int w = 0; w < words; w++) {
            long word = 0;
            for (int lane = 0; lane < 64; lane += SPECIES.length()) {
                ByteVector v = ByteVector.fromMemorySegment(SPECIES, OffHeap.MEMORY, start + 64L * w + lane,
                        ByteOrder.LITTLE_ENDIAN);
                word |= v.eq(delimiters).or(v.eq(quotes)).or(v.eq(newlines)).or(v.eq(returns)).toLong() << lane;
            }
            bits[w] = word;
            any |= word;
        }
        return any != 0;
    }
}
