package dev.wharf.core.copy;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.csv.CopyReadLine;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.TextDialect;
import dev.wharf.core.csv.Swar;
import dev.wharf.core.csv.Utf8;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.kernel.BadValues;
import dev.wharf.core.memory.OffHeap;

/**
 * Says what is wrong with a row of which only the place in the file is known: counts the lines before it, reads it the
 * exact way, and returns PostgreSQL's error for it. Only a COPY that fails pays for line numbers.
 */
final class CopyFromError {
    private static final int READ = 1 << 20;

    private CopyFromError() {
    }

    /** A line's offset and number. */
    record Line(long offset, long number) {
    }

    /**
     * @param row     the row's offset
     * @param line    neither the first nor behind the row, where the source has the text between
     * @param numbers of sequences, for the row; null if no column takes any
     */
    static PgError at(CopySource source, CopyFromHead head, CopyJob job, long row, Line line, NextCopyFrom.Numbers numbers) {
        boolean escapes = job.dialect() instanceof TextDialect;
        CopyDialect.Eol eol = job.dialect().eol();
        long rowNumber = row < head.secondLine() ? 1
                : line.number + count(source, line.offset, row, escapes ? eol.last() : eol.counted(), escapes);
        return at(source, head, job, row, rowNumber, numbers);
    }

    private static PgError at(CopySource source, CopyFromHead head, CopyJob job, long row, long number,
                              NextCopyFrom.Numbers numbers) {
        // The style is not known yet when PostgreSQL reads the first line, and that shows in how it counts there.
        CopyReadLine line = new CopyReadLine(job.dialect(), row < head.secondLine() ? null : job.dialect().eol());
        try (OffHeap.Buffer text = new OffHeap.Buffer(READ)) {
            int length = readLine(source, row, text, line, job, number, row > head.secondLine());
            ColumnBuilder[] builders = new ColumnBuilder[job.relation().columns().size()];
            try {
                int i = 0;
                for (Column c : job.relation().columns()) {
                    builders[i++] = new ColumnBuilder(c.type());
                }
                BadValues bad = job.errors().stops() ? null : new BadValues(job.errors().setsNull(), false);
                new NextCopyFrom(job, bad).withNumbers(numbers)
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
        return new PgError(SqlState.INTERNAL_ERROR, "row at byte " + row + " of " + source
                + " could not be loaded, and then could be read");
    }

    /** The error for the first row that REJECT_LIMIT does not let through: see {@link #at}. */
    static PgError overLimit(CopyJob job, long address, int length, long number) {
        try {
            new NextCopyFrom(job.withErrors(CopyErrorHandling.STOP), null).read(address, length, number);
        } catch (PgError e) {
            return overLimit(job, e);
        }
        throw new IllegalStateException("a row was left out, and then could be read");
    }

    private static PgError overLimit(CopyJob job, PgError value) {
        // Where in the value it is wrong, which takes a line before, PostgreSQL does not say
        String place = "COPY " + job.relation().name() + ", line ";
        int start = value.context().startsWith(place) ? 0 : value.context().indexOf("\n" + place) + 1;
        return new PgError(SqlState.INVALID_TEXT_REPRESENTATION, "skipped more than REJECT_LIMIT ("
                + job.errors().rejectLimit() + ") rows due to data type "
                + "incompatibility").withContext(value.context().substring(start));
    }

    /** The same, of a row that has to be read first. */
    static PgError overLimit(CopySource source, CopyFromHead head, CopyJob job, long row, Line line) {
        return overLimit(job, at(source, head, job.withErrors(CopyErrorHandling.STOP), row, line, null));
    }

    private static int readLine(CopySource source, long row, OffHeap.Buffer text, CopyReadLine line, CopyJob job, long number,
                                boolean hasLineBefore) {
        try {
            return CopyFromHead.readLine(source, row, text, line, job.relation(), number);
        } catch (PgError e) {
            // PostgreSQL has met it already when it looked behind the carriage return that ends the line before.
            boolean before = hasLineBefore && job.dialect() instanceof CsvDialect && job.dialect().eol() == CopyDialect.Eol.CR
                    && e.sqlState().equals(SqlState.CHARACTER_NOT_IN_REPERTOIRE)
                    && Utf8.firstInvalid(text.address(), (int) Math.min(4, source.size() - row)) == 0;
            throw before ? e.withContext("COPY " + job.relation().name() + ", line " + (number - 1)) : e;
        }
    }

    /**
     * How often a byte occurs. From the start of a line to the start of another these are lines as PostgreSQL counts them: in
     * quotes too, but not escaped ones.
     *
     * @param escapes whether to leave out those that a backslash escapes
     */
    static long count(CopySource source, long from, long to, byte counted, boolean escapes) {
        boolean escaped = false;
        long n = 0;
        try (OffHeap.Buffer text = new OffHeap.Buffer(READ)) {
            for (long at = from; at < to; at += READ) {
                int length = source.read(text.segment().asSlice(0, Math.min(READ, to - at)), at);
                for (int i = 0; escapes && i < length; i++) {
                    byte c = OffHeap.getByte(text.address() + i);
                    n += c == counted && !escaped ? 1 : 0;
                    escaped = c == '\\' && !escaped;
                }
                n += escapes ? 0 : Swar.count(text.address(), length, counted);
            }
        }
        return n;
    }
}
