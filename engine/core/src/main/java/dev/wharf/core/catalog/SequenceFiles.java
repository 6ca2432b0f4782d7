package dev.wharf.core.catalog;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * How far each sequence is: {@code base/OID/sequence}, replaced by a rename before any of its numbers is used. A crash in
 * between loses numbers, and gives none twice.
 */
final class SequenceFiles {
    /** PostgreSQL's NAMEDATALEN without its zero byte. */
    private static final int MAX_NAME = 63;
    private static final String DEPENDENT_OBJECTS_STILL_EXIST = "2BP01";

    private final Path base;

    SequenceFiles(Path base) {
        this.base = base;
    }

    private Path file(Sequence sequence) {
        return base.resolve(Integer.toString(sequence.oid())).resolve("sequence");
    }

    Sequence.State read(Sequence sequence) {
        Path file = file(sequence);
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw DurableFile.error("read file", file, e);
        }
        try {
            ByteBuffer content = ByteBuffer.wrap(CatalogContent.checked(bytes));
            return new Sequence.State(content.getLong(), content.get() != 0);
        } catch (IOException | java.nio.BufferUnderflowException e) {
            throw new PgError(SqlState.DATA_CORRUPTED, "sequence file \"" + file + "\" is damaged", e);
        }
    }

    void write(Sequence sequence, Sequence.State state) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(Integer.BYTES + Long.BYTES + 1);
        content.putInt(0).putLong(state.last()).put((byte) (state.called() ? 1 : 0));
        DurableFile.replace(file(sequence), CatalogContent.sealed(content.array()));
    }

    /** {@code t_a_seq}, its parts cut to fit, with a number behind it if it is taken: PostgreSQL's ChooseRelationName. */
    static String chooseName(CatalogContent content, String table, String column) {
        for (int n = 0;; n++) {
            String label = "_seq" + (n == 0 ? "" : n);
            byte[] first = table.getBytes(StandardCharsets.UTF_8);
            byte[] second = column.getBytes(StandardCharsets.UTF_8);
            int room = MAX_NAME - 1 - label.length();
            int firstLength = first.length;
            int secondLength = second.length;
            while (firstLength + secondLength > room) {
                if (firstLength > secondLength) {
                    firstLength--;
                } else {
                    secondLength--;
                }
            }
            String name = cut(first, firstLength) + "_" + cut(second, secondLength) + label;
            if (!content.isTaken(name)) {
                return name;
            }
        }
    }

    private static String cut(byte[] name, int length) {
        int end = length;
        while (end > 0 && end < name.length && (name[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(Arrays.copyOf(name, end), StandardCharsets.UTF_8);
    }

    static PgError noRelation(String name) {
        return new PgError(SqlState.UNDEFINED_TABLE, "relation \"" + name + "\" does not exist");
    }

    static Relation owner(CatalogContent content, String table, String column) {
        Relation relation = content.relation(table);
        if (relation == null) {
            throw noRelation(table);
        }
        if (relation.columnIndex(column) < 0) {
            throw new PgError(SqlState.UNDEFINED_COLUMN,
                    "column \"" + column + "\" of relation \"" + table + "\" does not exist");
        }
        return relation;
    }

    /**
     * Sees that no column's default needs a sequence that is to go.
     *
     * @param table the table that it goes with; null if it is dropped by itself
     */
    static void checkUnused(CatalogContent content, List<Integer> oids, String table) {
        for (Relation relation : content.relations()) {
            for (Column column : relation.columns()) {
                if (column.columnDefault() instanceof ColumnDefault.NextVal n && oids.contains(n.sequence())) {
                    throw inUse(relation, column, n, table);
                }
            }
        }
    }

    private static PgError inUse(Relation relation, Column column, ColumnDefault.NextVal nextVal, String table) {
        String of = "column " + column.name() + " of table " + relation.name();
        String sequence = "sequence " + nextVal.name();
        if (nextVal.identity() != ColumnDefault.Identity.NONE) {
            return new PgError(DEPENDENT_OBJECTS_STILL_EXIST, "cannot drop " + sequence + " because " + of + " requires it")
                    .withHint("You can drop " + of + " instead.");
        }
        String what = table == null ? sequence : "table " + table;
        return new PgError(DEPENDENT_OBJECTS_STILL_EXIST, "cannot drop " + what + " because other objects depend on it")
                .withDetail("default value for " + of + " depends on " + sequence)
                .withHint("Use DROP ... CASCADE to drop the dependent objects too.");
    }
}
