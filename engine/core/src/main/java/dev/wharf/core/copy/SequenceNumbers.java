package dev.wharf.core.copy;

import dev.wharf.core.arrow.ArrowFileReader;
import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.catalog.BatchStatistics;
import dev.wharf.core.catalog.Catalog;
import dev.wharf.core.catalog.ColumnStatistics;
import dev.wharf.core.catalog.ColumnStatistics.Value;
import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.catalog.Sequence;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.types.PgType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbers that a COPY FROM takes from sequences. Tasks are done in any order and by many processes, and how many calls of
 * {@code nextval} come before one nobody knows until all before it are accepted. So tasks leave room for the numbers, and when
 * all rows are there the leader takes as many as are needed, all at once and durably, and enters them in the order of rows:
 * those of a serial load.
 */
final class SequenceNumbers {
    private static final String SEQUENCE_GENERATOR_LIMIT_EXCEEDED = "2200H";
    private static final int ROWS = 1 << 17;

    private final Relation relation;
    private final Catalog catalog;
    private final NumberedColumns columns;
    private final List<Sequence> sequences = new ArrayList<>();
    /** How far the sequences are, as last looked at: before this COPY. */
    private final Sequence.State[] states;
    private final long[] calls;

    /**
     * What a task's rows take.
     *
     * @param before calls of each sequence before the task
     * @param log    what they take, row by row; null where every row takes the same
     * @param offset of the task in the log
     */
    record Task(long[] before, Path log, long offset) {
    }

    private SequenceNumbers(Relation relation, NumberedColumns columns, Catalog catalog) {
        this.relation = relation;
        this.columns = columns;
        this.catalog = catalog;
        states = new Sequence.State[columns.sequences()];
        calls = new long[states.length];
        for (int i = 0; i < states.length; i++) {
            int oid = columns.oid(i);
            sequences.add(catalog.sequences().stream().filter(s -> s.oid() == oid).findFirst().orElseThrow(
                    () -> new PgError(SqlState.UNDEFINED_TABLE, "a sequence of table \"" + relation.name()
                            + "\" does not exist")));
        }
    }

    /** Null if no column takes numbers. */
    static SequenceNumbers of(Relation relation, DefaultValues defaults, Catalog catalog) {
        NumberedColumns columns = new NumberedColumns(relation, defaults);
        return columns.count() == 0 ? null : new SequenceNumbers(relation, columns, catalog);
    }

    /** Reads how far the sequences are, without taking anything. */
    void look() {
        for (int i = 0; i < states.length; i++) {
            states[i] = catalog.state(sequences.get(i));
        }
    }

    /** Takes a done task's rows in, {@code rows} of them. */
    Task add(CopyJob job, LeaderTaskQueue queue, long k, long rows) throws IOException {
        long[] before = calls.clone();
        if (columns.regular(job)) {
            for (int i = 0; i < calls.length; i++) {
                calls[i] += rows * columns.perRow(i);
            }
            return new Task(before, null, 0);
        }
        Path file = NumberLog.file(job, queue.owner(k));
        long offset = queue.get(k, TaskQueueLayout.T_NUMBERS);
        try (FileChannel log = FileChannel.open(file, StandardOpenOption.READ)) {
            LongBuffer counts = read(log, offset + rows * columns.count() * Long.BYTES, calls.length);
            for (int i = 0; i < calls.length; i++) {
                calls[i] += counts.get(i);
            }
        }
        return new Task(before, file, offset);
    }

    private static LongBuffer read(FileChannel log, long offset, int longs) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(longs * Long.BYTES);
        while (bytes.hasRemaining()) {
            if (log.read(bytes, offset + bytes.position()) < 0) {
                throw new IOException("unexpected end of file");
            }
        }
        return bytes.flip().asLongBuffer();
    }

    /** Whether some row of the tasks accepted so far may have no number, as things stood at the last look. */
    boolean mayEnd() {
        for (int i = 0; i < columns.count(); i++) {
            int s = columns.sequence(i);
            if (sequences.get(s).leftWithin(states[s], least(i), ~least(i)) < calls[s]) {
                return true;
            }
        }
        return false;
    }

    private PgType type(int i) {
        return relation.columns().get(columns.column(i)).type();
    }

    private long least(int i) {
        PgType.Kind kind = type(i).kind();
        return kind == PgType.Kind.INT2 ? Short.MIN_VALUE : kind == PgType.Kind.INT4 ? Integer.MIN_VALUE : Long.MIN_VALUE;
    }

    /** Gives a number for each call of {@code nextval}, from one place on. */
    final class Cursor implements NextCopyFrom.Numbers {
        private long[] at;
        private long[] mark;

        private Cursor(long[] calls) {
            at = calls.clone();
            mark();
        }

        /** Remembers the place for {@link #reset}. */
        void mark() {
            mark = at.clone();
        }

        void reset() {
            at = mark.clone();
        }

        @Override
        public long of(int column) {
            int i = columns.indexOf(column);
            int s = columns.sequence(i);
            Sequence sequence = sequences.get(s);
            if (at[s] >= sequence.leftWithin(states[s], Long.MIN_VALUE, Long.MAX_VALUE)) {
                throw ended(sequence);
            }
            long number = sequence.number(states[s], at[s]++);
            if (number < least(i) || number > ~least(i)) {
                throw new PgError(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, type(i).formatType() + " out of range");
            }
            return number;
        }

        /** Takes the numbers up to here: as in PostgreSQL, what a failed COPY took is gone. */
        void take() {
            SequenceNumbers.this.take(at);
        }
    }

    private static PgError ended(Sequence sequence) {
        boolean up = sequence.increment() > 0;
        return new PgError(SEQUENCE_GENERATOR_LIMIT_EXCEEDED, "nextval: reached " + (up ? "maximum" : "minimum")
                + " value of sequence \"" + sequence.name() + "\" (" + (up ? sequence.max() : sequence.min()) + ")");
    }

    /** Of each sequence, by the rows of the tasks accepted so far. */
    long[] calls() {
        return calls.clone();
    }

    /** @param from calls of each sequence before */
    Cursor cursor(long[] from) {
        return new Cursor(from);
    }

    /** So many numbers of each sequence, or as many as there are. */
    private boolean take(long[] counts) {
        boolean all = true;
        for (int i = 0; i < states.length; i++) {
            Sequence sequence = sequences.get(i);
            long count = counts[i];
            Sequence.State before = count == 0 ? states[i] : catalog.take(sequence,
                    state -> Math.min(count, sequence.leftWithin(state, Long.MIN_VALUE, Long.MAX_VALUE)));
            all &= before.equals(states[i]);
            states[i] = before;
        }
        return all;
    }

    /**
     * Takes the numbers of all rows, before anybody sees one.
     *
     * @throws PgError if another COPY has come between, and left too few. Which row has none is not told: the text may be gone
     */
    void takeAll() {
        if (!take(calls) && mayEnd()) {
            for (int s = 0; s < states.length; s++) {
                if (sequences.get(s).leftWithin(states[s], Long.MIN_VALUE, Long.MAX_VALUE) < calls[s]) {
                    throw ended(sequences.get(s));
                }
            }
            throw new PgError(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "a number of a sequence is out of its column's range");
        }
    }

    /**
     * Enters the numbers of a batch.
     *
     * @param row its first row, from the task's first
     * @return its statistics with those of the columns in which every value is a number
     */
    BatchStatistics enter(FileChannel channel, BatchBlock block, Task task, long row, BatchStatistics statistics)
            throws IOException {
        long[][] bounds = new long[columns.count()][];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = new long[] {Long.MAX_VALUE, Long.MIN_VALUE};
        }
        try (FileChannel log = task.log == null ? null : FileChannel.open(task.log, StandardOpenOption.READ)) {
            for (int r = 0; r < block.rows(); r += ROWS) {
                int rows = Math.min(ROWS, block.rows() - r);
                for (int i = 0; i < columns.count(); i++) {
                    enter(channel, block, r, calls(log, task, row + r, rows, i), bounds[i], i);
                }
            }
        } catch (IOException e) {
            if (task.log == null) {
                throw e;
            }
            throw DurableFile.error("read from file", task.log, e);
        }
        BatchStatistics all = statistics;
        for (int i = 0; i < bounds.length; i++) {
            if (columns.absent(i)) {
                all = all.with(columns.column(i), new ColumnStatistics(0, Value.of(bounds[i][0]), Value.of(bounds[i][1])));
            }
        }
        return all;
    }

    /** From which call on its sequence, from the load's first on, each row's number comes, or {@link NumberLog#GIVEN}. */
    private long[] calls(FileChannel log, Task task, long row, int rows, int i) throws IOException {
        int sequence = columns.sequence(i);
        long before = task.before[sequence];
        long[] result = new long[rows];
        if (log == null) {
            int perRow = columns.perRow(sequence);
            for (int r = 0; r < rows; r++) {
                result[r] = before + (row + r) * perRow + columns.place(i);
            }
            return result;
        }
        LongBuffer entries = read(log, task.offset + row * columns.count() * Long.BYTES, rows * columns.count());
        for (int r = 0; r < rows; r++) {
            long call = entries.get(r * columns.count() + i);
            result[r] = call == NumberLog.GIVEN ? call : before + call;
        }
        return result;
    }

    private void enter(FileChannel channel, BatchBlock block, int row, long[] from, long[] bounds, int i) throws IOException {
        int s = columns.sequence(i);
        int width = type(i).storage().width();
        long at = ArrowFileReader.dataOffset(channel, block, relation.columns(), columns.column(i)) + (long) row * width;
        ByteBuffer buffer = ByteBuffer.allocateDirect(from.length * width).order(ByteOrder.LITTLE_ENDIAN);
        while (!columns.absent(i) && buffer.hasRemaining()) {
            channel.read(buffer, at + buffer.position());
        }
        for (int r = 0; r < from.length; r++) {
            if (from[r] == NumberLog.GIVEN) {
                continue;
            }
            long number = sequences.get(s).number(states[s], from[r]);
            bounds[0] = Math.min(bounds[0], number);
            bounds[1] = Math.max(bounds[1], number);
            switch (width) {
                case Short.BYTES -> buffer.putShort(r * width, (short) number);
                case Integer.BYTES -> buffer.putInt(r * width, (int) number);
                default -> buffer.putLong(r * width, number);
            }
        }
        buffer.clear();
        while (buffer.hasRemaining()) {
            channel.write(buffer, at + buffer.position());
        }
    }
}
