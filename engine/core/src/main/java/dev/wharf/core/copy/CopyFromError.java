package dev.wharf.core.copy;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.csv.CopyReadLine;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.Utf8;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.memory.OffHeap;

/**
 * Says what is wrong with a row of which only the place in the file is known: counts the lines before it, reads it the
 * exact way, and returns PostgreSQL's error for it. Only a COPY that fails pays for line numbers.
 */
final class CopyFromError {
    private static final int READ = 1 << 20;

    private CopyFromError() {
    }

    /** @param numbers of the row; null if no column takes any */
    static PgError at(CopySource source, CopyFromHead head, CopyJob job, long row, NextCopyFrom.Numbers numbers) {
        long number = row < head.secondLine() ? 1
                : 1 + head.firstLines() + count(source, head.secondLine(), row, job.dialect().eol().counted());
        // The style is not known yet when PostgreSQL reads the first line, and that shows in how it counts there.
        CopyReadLine line = new CopyReadLine(job.dialect().quote(), job.dialect().escape(),
                row < head.secondLine() ? null : job.dialect().eol());
        try (OffHeap.Buffer text = new OffHeap.Buffer(READ)) {
            int length = readLine(source, row, text, line, job, number, row > head.secondLine());
            ColumnBuilder[] builders = new ColumnBuilder[job.relation().columns().size()];
            try {
                int i = 0;
                for (Column c : job.relation().columns()) {
                    builders[i++] = new ColumnBuilder(c.type());
                }
                new NextCopyFrom(job.relation(), job.attributes(), job.dialect(), job.lossless()).withNumbers(numbers)
                        .append(text.address(), length, number + line.embeddedLines(), builders);
            } finally {
                for (ColumnBuilder b : builders) {
                    if (b != null) {
                        b.close();
                    }
                }
            }
        } catch (PgError e) {
            return e;
        }
        source.checkUnchanged();
        return new PgError(SqlState.INTERNAL_ERROR, "row at byte " + row + " of \"" + source.file()
                + "\" could not be loaded, and then could be read");
    }

    private static int readLine(CopySource source, long row, OffHeap.Buffer text, CopyReadLine line, CopyJob job, long number,
                                boolean hasLineBefore) {
        try {
            return CopyFromHead.readLine(source, row, text, line, job.relation(), number);
        } catch (PgError e) {
            // PostgreSQL has met it already when it looked behind the carriage return that ends the line before.
            boolean before = hasLineBefore && job.dialect().eol() == CsvDialect.Eol.CR
                    && e.sqlState().equals(SqlState.CHARACTER_NOT_IN_REPERTOIRE)
                    && Utf8.firstInvalid(text.address(), (int) Math.min(4, source.size() - row)) == 0;
            throw before ? e.withContext("COPY " + job.relation().name() + ", line " + (number - 1)) : e;
        }
    }

    private static long count(CopySource source, long from, long to, byte counted) {
        long n = 0;
        try (OffHeap.Buffer text = new OffHeap.Buffer(READ)) {
            for (long at = from; at < to; at += READ) {
                int length = source.read(text.segment().asSlice(0, Math.min(READ, to - at)), at);
                for (int i = 0; i < length; i++) {
                    n += OffHeap.getByte(text.address() + i) == counted ? 1 : 0;
                }
            }
        }
        return n;
    }
}
