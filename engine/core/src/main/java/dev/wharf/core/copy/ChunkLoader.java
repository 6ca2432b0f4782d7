package dev.wharf.core.copy;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.putByte;

import dev.wharf.core.arrow.ArrowFileWriter;
import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.csv.CopyReadLine;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.memory.OffHeap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Loads one stretch of a CSV file, a task, into record batches: the inner loop of COPY FROM in every process.
 *
 * <p>A task [start, end) owns the rows that begin in (start, end]; the first task also the one at its start. So a row
 * belongs to the task in which the row end before it lies, wherever the row itself ends. Where a task's first row begins
 * depends on whether its first byte is inside quotes, and so on all bytes before it. A task does not wait to know: it
 * guesses from the shape of the rows ({@link #guessFirstRow}) and reports where it began and where the next row begins. The
 * leader holds the reports together: the first row of each task must be the next row of the task before. By induction from
 * the first task every row then begins where a serial reader begins it; a task that guessed wrong is done again from the
 * right place. (The old way, counting the quotes of the whole file first, reads everything twice to learn what a guess gets
 * right in nearly every file, and works for ESCAPE = QUOTE only.)
 *
 * <p>Not thread-safe.
 */
final class ChunkLoader implements AutoCloseable {
    /** Bytes that are read, indexed and converted at a time: text, index and columns fit in a core's own cache. */
    private static final int BLOCK = 256 << 10;
    /** PostgreSQL's limit on a line: MaxAllocSize. */
    private static final int MAX_LINE = 0x3FFFFFFF;
    /** A batch is written out when it reaches either. */
    private static final int BATCH_ROWS = 1 << 20;
    private static final long BATCH_BYTES = 64L << 20;
    private static final int GUESS_ROWS = 8;

    /**
     * What became of a task.
     *
     * @param firstRow  offset of its first row; {@link #NONE} if no row begins in it
     * @param nextRow   offset of the first row after it
     * @param errorRow  offset of a row that cannot be loaded, {@link #NONE} if all could
     */
    record Outcome(long firstRow, long nextRow, long rows, List<BatchBlock> batches, long errorRow) {
    }

    static final long NONE = -1;

    private final CopyJob job;
    private final CopySource source;
    private final Path target;
    private final NextCopyFrom exact;
    private final CopyReadLine line;
    private final BlockConverter converter;
    private final ColumnBuilder[] builders;
    private final OffHeap.Buffer text = new OffHeap.Buffer(BLOCK);
    private final BooleanSupplier cancelled;
    /** Columns whose values the leader will enter. */
    private final boolean[] numbered;
    private ArrowFileWriter writer;

    /** File offset of the text buffer's first byte, and the bytes in it. */
    private long textStart;
    private int textLength;

    /**
     * @param target    file for the batches; created with the first
     * @param cancelled looked at before each block; true ends the task with a {@link CancelledException}
     */
    ChunkLoader(CopyJob job, CopySource source, Path target, BooleanSupplier cancelled) {
        this.job = job;
        this.source = source;
        this.target = target;
        this.cancelled = cancelled;
        exact = new NextCopyFrom(job.relation(), job.attributes(), job.dialect(), job.lossless());
        line = new CopyReadLine(job.dialect().quote(), job.dialect().escape(), job.dialect().eol());
        converter = new BlockConverter(job.relation(), job.attributes(), job.dialect(), job.lossless());
        builders = converter.builders();
        numbered = new DefaultValues(job.relation(), job.attributes()).numbered();
    }

    /** Ends a task whose COPY is over. */
    static final class CancelledException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CancelledException() {
            super("COPY was cancelled", null, false, false);
        }
    }

    /**
     * Loads the task.
     *
     * @param known offset of its first row, {@link #NONE} to guess
     */
    Outcome load(long start, long end, long known) throws IOException {
        textStart = known == NONE ? start : known;
        textLength = 0;
        converter.clear();
        List<BatchBlock> batches = new ArrayList<>();
        long firstRow = known == NONE ? guessFirstRow(start, end) : known;
        if (firstRow == NONE) {
            return new Outcome(NONE, NONE, 0, batches, NONE);
        }
        long row = firstRow;
        long rows = 0;
        long errorRow = NONE;
        while (row <= end && row < source.size()) {
            if (cancelled.getAsBoolean()) {
                throw new CancelledException();
            }
            fill(row);
            long before = builders[0].rows();
            long consumed;
            try {
                consumed = loadBlock(end);
            } catch (BadRow e) {
                errorRow = e.row;
                break;
            }
            rows += builders[0].rows() - before;
            row += consumed;
            if (builders[0].rows() >= BATCH_ROWS || stagedBytes() >= BATCH_BYTES) {
                flush(batches);
            }
        }
        if (errorRow == NONE) {
            flush(batches);
        }
        text.shrink(4L * BLOCK);
        return new Outcome(firstRow, row, rows, batches, errorRow);
    }

    /** Makes the text buffer begin at {@code offset} and reads on until it is full or the file ends. */
    private void fill(long offset) {
        int drop = (int) Math.min(offset - textStart, textLength);
        if (drop > 0) {
            OffHeap.copy(text.address() + drop, text.address(), textLength - drop);
            textLength -= drop;
        }
        textStart = offset;
        if (textLength < text.capacity() && textStart + textLength < source.size()) {
            textLength += source.read(text.segment().asSlice(textLength), textStart + textLength);
        }
    }

    /** Doubles the text buffer for a line that does not fit, and reads on. */
    private void grow() {
        growLine(text, textLength, source.size() - textStart - textLength);
        fill(textStart);
    }

    /** Doubles a buffer that a line fills, up to PostgreSQL's limit. @throws PgError 54000 beyond it */
    static void growLine(OffHeap.Buffer text, int length, long more) {
        if (length > MAX_LINE) {
            throw new PgError(SqlState.PROGRAM_LIMIT_EXCEEDED,
                    "string buffer exceeds maximum allowed length (1073741823 bytes)")
                    .withDetail("Cannot enlarge string buffer containing " + length + " bytes by " + more + " more bytes.");
        }
        text.ensure(Math.min(2L * text.capacity(), MAX_LINE + 1L), length);
    }

    private boolean atEof() {
        return textStart + textLength >= source.size();
    }

    /** Carries a bad row's offset out of the loop; what is wrong with it the leader finds out. */
    private static final class BadRow extends Exception {
        private static final long serialVersionUID = 1L;
        private final long row;

        BadRow(long row) {
            super(null, null, false, false);
            this.row = row;
        }
    }

    /** Converts the rows at the head of the text buffer that begin at or before {@code end}; returns the bytes they took. */
    private long loadBlock(long end) throws BadRow {
        long consumed = converter.convert(text.address(), textLength, end - textStart);
        return consumed > 0 ? consumed : loadExactly(end);
    }

    /** The same row by row, for a block in which something is not as usual, and for a last row without an end. */
    private long loadExactly(long end) throws BadRow {
        int at = 0;
        while (textStart + at <= end && textStart + at < source.size() && stagedBytes() < BATCH_BYTES) {
            try {
                if (!line.read(text.address() + at, textLength - at, atEof())) {
                    if (at > 0) {
                        break;
                    }
                    grow();
                    continue;
                }
                exact.append(text.address() + at, line.length(), 0, builders);
            } catch (PgError e) {
                throw new BadRow(textStart + at);
            }
            at += line.consumed();
        }
        return at;
    }

    /**
     * Finds the first row of a task whose start may or may not lie inside quotes: tries both, and takes the one under which
     * the next rows have the right number of fields; outside, if both or none do.
     */
    private long guessFirstRow(long start, long end) {
        fill(start);
        for (;;) {
            int outside = shape(false);
            int firstOutside = firstRowEnd;
            if (outside < GUESS_ROWS && shape(true) <= outside) {
                firstRowEnd = firstOutside;
            }
            if (firstRowEnd >= 0) {
                long p = textStart + firstRowEnd;
                return p < end ? p + 1 : NONE;
            }
            if (atEof() || textStart + textLength >= end) {
                return NONE;
            }
            if (textLength <= MAX_LINE) {
                grow();
            } else {
                // Nothing but one row's inside in a gigabyte: whoever owns that row will run into its limit.
                return NONE;
            }
        }
    }

    private int firstRowEnd;

    /**
     * Sets {@link #firstRowEnd}, -1 if there is none, and returns how many rows behind it have the right shape, up to a
     * limit.
     */
    private int shape(boolean inside) {
        // A quote put before the text turns inside and outside round.
        int shift = inside ? 1 : 0;
        long base = text.address() - shift;
        if (inside) {
            putByte(base, job.dialect().quote());
        }
        converter.scan(base, textLength + shift);
        byte end = job.dialect().eol().last();
        firstRowEnd = -1;
        int good = 0;
        int fields = 0;
        for (int i = 0; i < converter.positions() && good < GUESS_ROWS; i++) {
            int position = converter.position(i);
            fields++;
            if (getByte(base + position) != end) {
                continue;
            }
            if (firstRowEnd < 0) {
                firstRowEnd = position - shift;
            } else if (fields == job.attributes().length) {
                good++;
            } else {
                break;
            }
            fields = 0;
        }
        return good;
    }

    private long stagedBytes() {
        long sum = 0;
        for (ColumnBuilder builder : builders) {
            sum += builder.size();
        }
        return sum;
    }

    private void flush(List<BatchBlock> batches) throws IOException {
        if (builders[0].rows() > 0) {
            try {
                if (writer == null) {
                    writer = new ArrowFileWriter(target, job.relation().columns(), numbered);
                }
                batches.add(writer.append(builders));
            } catch (IOException e) {
                throw DurableFile.error("write to file", target, e);
            }
            converter.clear();
        }
    }

    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
        }
        text.close();
        converter.close();
    }
}
