package dev.wharf.core.copy;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.putByte;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.csv.CopyReadLine;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.memory.OffHeap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Loads one stretch of a file, a task, into record batches: the inner loop of COPY FROM in every process.
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
final class ChunkLoader implements TaskLoader {
    /** Bytes that are read, indexed and converted at a time: text, index and columns fit in a core's own cache. */
    private static final int BLOCK = 256 << 10;
    /** Bytes of a block with unusual rows in it that are tried at a time. */
    private static final int PIECE = 4 << 10;
    /** PostgreSQL's limit on a line: MaxAllocSize. */
    static final int MAX_LINE = 0x3FFFFFFF;
    private static final int GUESS_ROWS = 8;
    private static final int LOOK_BACK = 4096;

    /**
     * What became of a task.
     *
     * @param firstRow  offset of its first row; {@link #NONE} if no row begins in it
     * @param nextRow   offset of the first row after it
     * @param errorRow  offset of a row that cannot be loaded, {@link #NONE} if all could, or may be left out
     * @param badRows   rows with bad values that were no error
     * @param badLog    where the first of them is in the process's log: see {@link BadRows}
     * @param lines     lines of its rows, where they are counted
     * @param numbers   where in the process's log its rows' numbers of sequences are: see {@link NumberLog}
     */
    record Outcome(long firstRow, long nextRow, long rows, List<BatchBlock> batches, long errorRow, long badRows, long badLog,
                   long lines, long numbers) {
    }

    static final long NONE = -1;

    private final CopyJob job;
    private final CopySource source;
    private final LoadFile file;
    private final NextCopyFrom exact;
    private final CopyReadLine line;
    private final BlockConverter converter;
    /** Null if a bad value ends the load. */
    private final BadRows bad;
    /** Null if every row takes the same count of numbers from sequences. */
    private final NumberLog numbers;
    private final ColumnBuilder[] builders;
    private final OffHeap.Buffer text = new OffHeap.Buffer(BLOCK);
    private final BooleanSupplier cancelled;

    /** File offset of the text buffer's first byte, and the bytes in it. */
    private long textStart;
    private int textLength;

    /**
     * @param target      file for the batches; created with the first
     * @param participant whose log files are used, if any are
     * @param cancelled   looked at before each block; true ends the task with a {@link CancelledException}
     */
    ChunkLoader(CopyJob job, CopySource source, Path target, int participant, BooleanSupplier cancelled) {
        this.job = job;
        this.source = source;
        this.cancelled = cancelled;
        DefaultValues defaults = DefaultValues.of(job);
        numbers = NumberLog.of(job, new NumberedColumns(job.relation(), defaults), participant);
        bad = job.errors().stops() ? null : new BadRows(job, participant);
        exact = new NextCopyFrom(job, bad == null ? null : bad.values()).withNumbers(numbers);
        line = new CopyReadLine(job.dialect(), job.dialect().eol());
        converter = new BlockConverter(job.relation(), job.attributes(), job.dialect(), job.force(), job.lossless(),
                job.settings(), bad == null ? null : bad.values());
        builders = converter.builders();
        file = new LoadFile(target, job.relation().columns(), builders, defaults.numbered());
    }

    /** Ends a task whose COPY is over. */
    static final class CancelledException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CancelledException() {
            super("COPY was cancelled", null, false, false);
        }
    }

    @Override
    public Outcome load(long start, long end, long known) throws IOException {
        textStart = known == NONE ? start : known;
        textLength = 0;
        converter.clear();
        if (bad != null) {
            bad.begin();
        }
        if (numbers != null) {
            numbers.begin();
        }
        List<BatchBlock> batches = new ArrayList<>();
        long firstRow = known == NONE ? guessFirstRow(start, end) : known;
        if (firstRow == NONE) {
            return outcome(NONE, NONE, 0, batches, NONE);
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
            if (bad != null && bad.overLimit()) {
                errorRow = row;
                break;
            }
            if (file.isBatchFull()) {
                file.flush(batches);
            }
        }
        if (errorRow == NONE) {
            file.flush(batches);
        }
        text.shrink(4L * BLOCK);
        return outcome(firstRow, row, rows, batches, errorRow);
    }

    private Outcome outcome(long firstRow, long nextRow, long rows, List<BatchBlock> batches, long errorRow) {
        long numbersLog = numbers == null ? 0 : numbers.end();
        if (bad == null) {
            return new Outcome(firstRow, nextRow, rows, batches, errorRow, 0, 0, 0, numbersLog);
        }
        bad.flush();
        return new Outcome(firstRow, nextRow, rows, batches, errorRow, bad.rows(), bad.logStart(), bad.lines(), numbersLog);
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
        long consumed = convert(0, textLength, end);
        return consumed > 0 ? consumed : bad == null ? loadExactly(0, Integer.MAX_VALUE, end) : loadPieces(end);
    }

    /** The same for text from {@code at} on, if nothing in it is unusual; else 0. */
    private long convert(long at, int length, long end) {
        long taken = converter.convert(text.address() + at, length, end - textStart - at);
        if (taken > 0 && bad != null) {
            bad.block(converter, text.address() + at, textStart + at, taken);
        }
        if (taken > 0 && numbers != null) {
            numbers.block(converter.rows(), bad == null ? null : bad.values());
        }
        return taken;
    }

    /**
     * The same piece by piece, where what is not as usual may be a row that is left out: its neighbours in the block shall not
     * all be read row by row for that.
     */
    private long loadPieces(long end) throws BadRow {
        long at = 0;
        while (at < textLength && textStart + at <= end && file.stagedBytes() < LoadFile.BATCH_BYTES) {
            long taken = convert(at, (int) Math.min(textLength - at, PIECE), end);
            if (taken == 0) {
                taken = loadExactly((int) at, (int) at + PIECE, end) - at;
            }
            if (taken == 0) {
                break;
            }
            at += taken;
        }
        return at;
    }

    /**
     * The same row by row, for text in which something is not as usual, and for a last row without an end.
     *
     * @param from offset in the text of the first row
     * @param upTo offset from which on no row is begun; one is read whatever it says
     * @return offset behind the last row; behind an end-of-copy marker, the source's end
     */
    private long loadExactly(int from, int upTo, long end) throws BadRow {
        int at = from;
        while (at < upTo && textStart + at <= end && textStart + at < source.size()
                && file.stagedBytes() < LoadFile.BATCH_BYTES) {
            try {
                if (!line.read(text.address() + at, textLength - at, atEof())) {
                    if (at > 0) {
                        break;
                    }
                    grow();
                    continue;
                }
                if (line.endOfCopy()) {
                    // As if the file ended here
                    return source.size() - textStart;
                }
                boolean loaded = exact.append(text.address() + at, line.length(), 0, builders);
                if (numbers != null) {
                    numbers.row(loaded);
                }
            } catch (PgError e) {
                throw new BadRow(textStart + at);
            }
            if (bad != null) {
                bad.row(text.address() + at, line.length(), line.consumed(), textStart + at);
            }
            at += line.consumed();
        }
        return at;
    }

    /**
     * Finds the first row of a task. Its start may or may not lie inside quotes: tries both, and takes the one under which the
     * next rows have the right number of fields; outside, if both or none do. In text format the bytes before tell whether it is
     * escaped.
     */
    private long guessFirstRow(long start, long end) {
        boolean quotes = job.dialect() instanceof CsvDialect;
        boolean escaped = !quotes && isEscaped(start);
        fill(start);
        for (;;) {
            int outside = shape(escaped);
            int firstOutside = firstRowEnd;
            if (quotes && outside < GUESS_ROWS && shape(true) <= outside) {
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
     * Whether a byte is escaped: the run of backslashes before it is of odd length. Of a run that is longer than any sensible one
     * only the end is looked at, which makes the answer a guess, too.
     */
    private boolean isEscaped(long offset) {
        int length = (int) Math.min(offset, LOOK_BACK);
        source.read(text.segment().asSlice(0, length), offset - length);
        int run = 0;
        while (run < length && getByte(text.address() + length - 1 - run) == job.dialect().inverter()) {
            run++;
        }
        return (run & 1) != 0;
    }

    /**
     * Sets {@link #firstRowEnd}, -1 if there is none, and returns how many rows behind it have the right shape, up to a
     * limit.
     */
    private int shape(boolean inverted) {
        // A quote put before the text turns inside and outside round, a backslash escapes its first byte.
        int shift = inverted ? 1 : 0;
        long base = text.address() - shift;
        if (inverted) {
            putByte(base, job.dialect().inverter());
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

    @Override
    public void close() throws IOException {
        file.close();
        if (bad != null) {
            bad.close();
        }
        if (numbers != null) {
            numbers.close();
        }
        text.close();
        converter.close();
    }
}
