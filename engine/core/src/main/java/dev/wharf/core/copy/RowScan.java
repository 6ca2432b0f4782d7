package dev.wharf.core.copy;

import dev.wharf.core.csv.CopyReadLine;
import dev.wharf.core.memory.OffHeap;

/** Walks over a file's rows the exact way, to count them or to find one. */
final class RowScan {
    private static final int READ = 1 << 20;

    /** Where the walk ended, and the rows it took. */
    record Place(long offset, long rows) {
    }

    private RowScan() {
    }

    /** From the row at {@code from} until {@code rows} are behind it, or the offset {@code end} is reached. */
    static Place walk(CopySource source, CopyJob job, long from, long end, long rows) {
        CopyReadLine line = new CopyReadLine(job.dialect().quote(), job.dialect().escape(), job.dialect().eol());
        try (OffHeap.Buffer text = new OffHeap.Buffer(READ)) {
            long start = from;
            int length = source.read(text.segment(), start);
            int at = 0;
            long n = 0;
            while (n < rows && start + at < end) {
                if (line.read(text.address() + at, length - at, start + length >= source.size())) {
                    at += line.consumed();
                    n++;
                    continue;
                }
                if (at == 0) {
                    ChunkLoader.growLine(text, length, source.size() - start - length);
                }
                start += at;
                at = 0;
                length = source.read(text.segment(), start);
            }
            return new Place(start + at, n);
        }
    }
}
