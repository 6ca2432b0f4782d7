package dev.wharf.core.copy;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.csv.CopyReadLine;
import dev.wharf.core.error.PgError;
import dev.wharf.core.kernel.BadValues;
import dev.wharf.core.memory.OffHeap;

/** Reads a task's rows once more, the exact way and with their numbers, to find the one that fails, and what they took. */
final class RowScan {
    private static final int READ = 1 << 20;
    private static final int ROWS = 1 << 10;

    private RowScan() {
    }

    /**
     * Reads the rows that begin in [from, end).
     *
     * @param numbers at the first row; afterwards at the row that fails, or behind the last
     * @return the row that cannot be loaded; {@link ChunkLoader#NONE} if all can, or may be left out
     */
    static long firstFailing(CopySource source, CopyJob job, long from, long end, SequenceNumbers.Cursor numbers) {
        CopyReadLine line = new CopyReadLine(job.dialect(), job.dialect().eol());
        BadValues bad = job.errors().stops() ? null : new BadValues(job.errors().setsNull(), false);
        NextCopyFrom rows = new NextCopyFrom(job, bad).withNumbers(numbers);
        ColumnBuilder[] builders = job.relation().columns().stream().map(Column::type).map(ColumnBuilder::new)
                .toArray(ColumnBuilder[]::new);
        try (OffHeap.Buffer text = new OffHeap.Buffer(READ)) {
            long start = from;
            int length = source.read(text.segment(), start);
            int at = 0;
            while (start + at < Math.min(end, source.size())) {
                try {
                    if (line.read(text.address() + at, length - at, start + length >= source.size())) {
                        if (line.endOfCopy()) {
                            break;
                        }
                        numbers.mark();
                        rows.append(text.address() + at, line.length(), 0, builders);
                        at += line.consumed();
                        if (builders[0].rows() == ROWS) {
                            clear(builders);
                        }
                        continue;
                    }
                    if (at == 0) {
                        ChunkLoader.growLine(text, length, source.size() - start - length);
                    }
                } catch (PgError e) {
                    numbers.reset();
                    return start + at;
                }
                start += at;
                at = 0;
                length = source.read(text.segment(), start);
            }
            return ChunkLoader.NONE;
        } finally {
            for (ColumnBuilder builder : builders) {
                builder.close();
            }
        }
    }

    private static void clear(ColumnBuilder[] builders) {
        for (ColumnBuilder builder : builders) {
            builder.clear();
        }
    }
}
