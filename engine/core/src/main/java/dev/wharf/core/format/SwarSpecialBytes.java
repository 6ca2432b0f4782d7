package dev.wharf.core.format;

import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.Swar;
import dev.wharf.core.memory.OffHeap;

/** With eight bytes in an ordinary register, for a JVM without the vector module. */
final class SwarSpecialBytes extends CsvSpecialBytes {
    SwarSpecialBytes(CsvDialect dialect) {
        super(dialect);
    }

    @Override
    protected boolean scanWords(long start, int words) {
        long delimiters = Swar.broadcast(delimiter);
        long quotes = Swar.broadcast(quote);
        long newlines = Swar.broadcast((byte) '\n');
        long returns = Swar.broadcast((byte) '\r');
        long any = 0;
        for (int w = 0; w < words; w++) {
            long word = 0;
            for (int i = 0; i < 64; i += 8) {
                long v = OffHeap.getLong(start + 64L * w + i);
                long high = Swar.equal(v, delimiters) | Swar.equal(v, quotes) | Swar.equal(v, newlines) | Swar.equal(v, returns);
                word |= Swar.gather(high) << i;
            }
            bits[w] = word;
            any |= word;
        }
        return any != 0;
    }
}
