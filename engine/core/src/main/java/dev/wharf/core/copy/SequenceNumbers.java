package dev.wharf.core.copy;

import dev.wharf.core.arrow.ArrowFileReader;
import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.catalog.BatchStatistics;
import dev.wharf.core.catalog.Catalog;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.ColumnDefault;
import dev.wharf.core.catalog.ColumnStatistics;
import dev.wharf.core.catalog.ColumnStatistics.Value;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.catalog.Sequence;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.types.PgType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers that a COPY FROM takes from sequences. Tasks are done in any order and by many processes, and how many rows come
 * before one nobody knows until all before it are accepted. So tasks leave room for the numbers, and when all rows are there
 * the leader takes as many as are needed, all at once and durably, and enters them in the order of rows: those of a serial load.
 */
final class SequenceNumbers {
    private static final String SEQUENCE_GENERATOR_LIMIT_EXCEEDED = "2200H";
    private static final int WRITE = 1 << 20;

    /** A column that takes number {@code row * perRow + place} of its sequence's. */
    private record Numbered(int column, PgType type, Sequence sequence, int place, int perRow) {
        long index(long row) {
            return row * perRow + place;
        }

        long least() {
            return type.kind() == PgType.Kind.INT2 ? Short.MIN_VALUE : type.kind() == PgType.Kind.INT4 ? Integer.MIN_VALUE
                    : Long.MIN_VALUE;
        }

        /** How many rows can have a number. */
        long rows(Sequence.State state) {
            long numbers = sequence.leftWithin(state, least(), ~least());
            return numbers == Long.MAX_VALUE ? numbers : numbers <= place ? 0 : (numbers - 1 - place) / perRow + 1;
        }
    }

    private final Relation relation;
    private final Catalog catalog;
    private final List<Numbered> columns = new ArrayList<>();
    /** Of each sequence by its oid, before this COPY. */
    private final Map<Integer, Sequence.State> states = new HashMap<>();

    private SequenceNumbers(Relation relation, Catalog catalog) {
        this.relation = relation;
        this.catalog = catalog;
    }

    /** Null if no absent column takes numbers. */
    static SequenceNumbers of(Relation relation, DefaultValues defaults, Catalog catalog) {
        if (!defaults.anyNumbered()) {
            return null;
        }
        SequenceNumbers numbers = new SequenceNumbers(relation, catalog);
        Map<Integer, List<Integer>> users = new HashMap<>();
        for (int i = 0; i < relation.columns().size(); i++) {
            if (defaults.isNumbered(i)) {
                users.computeIfAbsent(oid(relation.columns().get(i)), _ -> new ArrayList<>()).add(i);
            }
        }
        for (int i = 0; i < relation.columns().size(); i++) {
            if (defaults.isNumbered(i)) {
                Column column = relation.columns().get(i);
                List<Integer> sharing = users.get(oid(column));
                Sequence sequence = catalog.sequences().stream().filter(s -> s.oid() == oid(column)).findFirst()
                        .orElseThrow(() -> new PgError(SqlState.UNDEFINED_TABLE, "the sequence of column \"" + column.name()
                                + "\" does not exist"));
                numbers.columns.add(new Numbered(i, column.type(), sequence, sharing.indexOf(i), sharing.size()));
            }
        }
        return numbers;
    }

    private static int oid(Column column) {
        return ((ColumnDefault.NextVal) column.columnDefault()).sequence();
    }

    /** Reads how far the sequences are, without taking anything. */
    void look() {
        columns.forEach(c -> states.put(c.sequence.oid(), catalog.state(c.sequence)));
    }

    /** How many rows can have their numbers, as things stood at the last look. */
    long rows() {
        return columns.stream().mapToLong(c -> c.rows(states.get(c.sequence.oid()))).min().orElseThrow();
    }

    /** Takes the numbers of so many rows, or of as many as there are. */
    void take(long rows) {
        for (Numbered c : columns) {
            if (c.place == 0) {
                states.put(c.sequence.oid(), catalog.take(c.sequence, state -> {
                    long left = c.sequence.leftWithin(state, Long.MIN_VALUE, Long.MAX_VALUE);
                    return left / c.perRow < rows ? left : rows * c.perRow;
                }));
            }
        }
    }

    /** The numbers of a row, counted from 0; an error where there is none. */
    NextCopyFrom.Numbers of(long row) {
        return column -> {
            Numbered c = columns.stream().filter(numbered -> numbered.column == column).findFirst().orElseThrow();
            Sequence sequence = c.sequence;
            Sequence.State state = states.get(sequence.oid());
            if (c.index(row) >= sequence.leftWithin(state, Long.MIN_VALUE, Long.MAX_VALUE)) {
                boolean up = sequence.increment() > 0;
                throw new PgError(SEQUENCE_GENERATOR_LIMIT_EXCEEDED, "nextval: reached " + (up ? "maximum" : "minimum")
                        + " value of sequence \"" + sequence.name() + "\" (" + (up ? sequence.max() : sequence.min()) + ")");
            }
            long number = sequence.number(state, c.index(row));
            if (number < c.least() || number > ~c.least()) {
                throw new PgError(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, c.type.formatType() + " out of range");
            }
            return number;
        };
    }

    /** Enters the numbers of a batch whose first row is {@code row}, and returns its statistics with those of them. */
    BatchStatistics enter(FileChannel channel, BatchBlock block, long row, BatchStatistics statistics) throws IOException {
        BatchStatistics all = statistics;
        for (Numbered c : columns) {
            all = all.with(c.column, enter(channel, block, row, c));
        }
        return all;
    }

    private ColumnStatistics enter(FileChannel channel, BatchBlock block, long row, Numbered c) throws IOException {
        Sequence.State state = states.get(c.sequence.oid());
        int width = c.type.storage().width();
        long at = ArrowFileReader.dataOffset(channel, block, relation.columns(), c.column);
        ByteBuffer buffer = ByteBuffer.allocateDirect(Math.min(WRITE, Math.multiplyExact(block.rows(), width)))
                .order(ByteOrder.LITTLE_ENDIAN);
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (int r = 0; r < block.rows();) {
            buffer.clear();
            for (; r < block.rows() && buffer.hasRemaining(); r++) {
                long number = c.sequence.number(state, c.index(row + r));
                min = Math.min(min, number);
                max = Math.max(max, number);
                switch (width) {
                    case Short.BYTES -> buffer.putShort((short) number);
                    case Integer.BYTES -> buffer.putInt((int) number);
                    default -> buffer.putLong(number);
                }
            }
            buffer.flip();
            while (buffer.hasRemaining()) {
                at += channel.write(buffer, at);
            }
        }
        return new ColumnStatistics(0, Value.of(min), Value.of(max));
    }
}
