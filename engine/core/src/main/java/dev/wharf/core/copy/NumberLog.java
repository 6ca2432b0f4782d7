package dev.wharf.core.copy;

import dev.wharf.core.kernel.BadValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Where rows take no fixed count of numbers from sequences: for a row that is left out PostgreSQL has called {@code nextval}
 * nevertheless, and for a field it calls it only where that is the DEFAULT string. So a task logs, for each row that it loads
 * and each numbered column, which call of the task on that sequence the row's number comes from; the leader, who knows the
 * calls before the task, makes numbers of these ({@link SequenceNumbers}).
 *
 * <pre>
 *   task:  | row | row | ... | calls |
 *   row:   for each numbered column int64: the call, from 0 on; -1 if the value is the file's
 *   calls: for each sequence int64: how many there were, also for rows left out
 * </pre>
 *
 * Not thread-safe.
 */
final class NumberLog implements NextCopyFrom.Numbers, AutoCloseable {
    static final long GIVEN = -1;

    private final NumberedColumns columns;
    private final TaskLog log;
    private final long[] calls;
    private final long[] row;
    private long start;

    private NumberLog(NumberedColumns columns, Path file) {
        this.columns = columns;
        log = new TaskLog(file);
        calls = new long[columns.sequences()];
        row = new long[columns.count()];
    }

    /** Null if a job does without. */
    static NumberLog of(CopyJob job, NumberedColumns columns, int participant) {
        return columns.regular(job) ? null : new NumberLog(columns, file(job, participant));
    }

    /** The log of a participant. */
    static Path file(CopyJob job, int participant) {
        return job.directory().resolve("part-" + participant + "-" + job.input() + ".numbers" + TaskLog.SUFFIX);
    }

    /** Begins a task. */
    void begin() {
        Arrays.fill(calls, 0);
        Arrays.fill(row, GIVEN);
        start = log.position();
    }

    /** Ends the task, and returns where in the log it begins. */
    long end() {
        for (long n : calls) {
            log.putLong(n);
        }
        log.flush();
        return start;
    }

    /** A call, of the row that is being read. */
    @Override
    public long of(int column) {
        int i = columns.indexOf(column);
        row[i] = calls[columns.sequence(i)]++;
        return 0;
    }

    /** Takes the row in that has been read. */
    void row(boolean loaded) {
        for (int i = 0; loaded && i < row.length; i++) {
            log.putLong(row[i]);
        }
        Arrays.fill(row, GIVEN);
    }

    /**
     * Takes the rows of a block in, in which no field is the DEFAULT string.
     *
     * @param bad null if a bad value ends the load
     */
    void block(int rows, BadValues bad) {
        int next = 0;
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < row.length; i++) {
                if (columns.absent(i)) {
                    of(columns.column(i));
                }
            }
            boolean leftOut = false;
            while (bad != null && next < bad.count() && bad.row(next) == r) {
                leftOut = !bad.setsNull();
                next++;
            }
            row(!leftOut);
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
