package dev.wharf.core.csv;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getLong;

/** Of the text format: a backslash takes the byte behind it out of the count, and before a period it ends the data. */
final class TextRowCutter extends RowCutter {
    private final byte rowEnd;
    private final long rowEnds;
    private final long backslashes = Swar.broadcast(TextDialect.BACKSLASH);
    private boolean escaped;
    /** A marker was met; it ends the data where its line ends. */
    private boolean marked;
    private boolean ended;

    TextRowCutter(TextDialect dialect) {
        rowEnd = dialect.eol().last();
        rowEnds = Swar.broadcast(rowEnd);
    }

    @Override
    public int scan(long address, int length) {
        int cut = -1;
        int i = 0;
        while (i < length && !ended) {
            if (!escaped && !marked && i + Long.BYTES <= length) {
                long word = getLong(address + i);
                if (Swar.equal(word, backslashes) == 0) {
                    long ends = Swar.equal(word, rowEnds);
                    if (ends != 0) {
                        lines += Long.bitCount(ends);
                        cut = i + Long.BYTES - Long.numberOfLeadingZeros(ends) / Byte.SIZE;
                        linesBeforeCut = lines;
                    }
                    i += Long.BYTES;
                    continue;
                }
            }
            byte c = getByte(address + i++);
            if (escaped) {
                marked |= c == '.';
                escaped = false;
            } else if (c == TextDialect.BACKSLASH) {
                escaped = true;
            } else if (c == rowEnd) {
                lines++;
                cut = i;
                linesBeforeCut = lines;
                ended = marked;
            }
        }
        return cut;
    }

    @Override
    public boolean ended() {
        return ended;
    }
}
