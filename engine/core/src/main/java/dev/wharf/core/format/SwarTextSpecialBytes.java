package dev.wharf.core.format;

import dev.wharf.core.csv.Swar;
import dev.wharf.core.csv.TextDialect;
import dev.wharf.core.memory.OffHeap;

/** The text format's, with eight bytes in an ordinary register. */
final class SwarTextSpecialBytes extends TextSpecialBytes {
    SwarTextSpecialBytes(TextDialect dialect) {
        super(dialect);
    }

    @Override
    protected boolean scanWords(long start, int words) {
        long delimiters = Swar.broadcast(delimiter);
        long any = 0;
        for (int w = 0; w < words; w++) {
            long word = 0;
            for (int i = 0; i < 64; i += 8) {
                word |= Swar.gather(TextEscaping.special(OffHeap.getLong(start + 64L * w + i), delimiters)) << i;
            }
            bits[w] = word;
            any |= word;
        }
        return any != 0;
    }
}
