package dev.wharf.core;

import dev.wharf.core.catalog.Catalog;
import dev.wharf.core.catalog.NewSequence;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.catalog.Sequence;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.utility.Notice;
import dev.wharf.core.utility.Statement.ColumnSequence;
import dev.wharf.core.utility.Statement.CreateSeqStmt;
import dev.wharf.core.utility.Statement.DropSeqStmt;
import dev.wharf.core.utility.Statement.RangeVar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** CREATE SEQUENCE, DROP SEQUENCE, and what other statements have to do with sequences. */
final class SequenceCommands {
    private final Catalog catalog;

    SequenceCommands(Catalog catalog) {
        this.catalog = catalog;
    }

    String define(CreateSeqStmt create, Consumer<Notice> notices) {
        String name = create.sequence().name();
        try {
            catalog.createSequence(name, create.options(), create.ownerTable(), create.ownerColumn());
        } catch (PgError e) {
            if (!create.ifNotExists() || !e.sqlState().equals(SqlState.DUPLICATE_TABLE)) {
                throw e;
            }
            notices.accept(Notice.notice(SqlState.DUPLICATE_TABLE, "relation \"" + name + "\" already exists, skipping"));
        }
        return "CREATE SEQUENCE";
    }

    String remove(DropSeqStmt drop, Consumer<Notice> notices) {
        Map<String, Sequence> found = new LinkedHashMap<>();
        for (RangeVar wanted : drop.sequences()) {
            Sequence sequence = catalog.sequence(wanted.name());
            if (sequence != null) {
                found.put(wanted.name(), sequence);
            } else if (catalog.lookup(wanted.name()) != null) {
                throw new PgError(SqlState.WRONG_OBJECT_TYPE, "\"" + wanted.name() + "\" is not a sequence")
                        .withHint("Use DROP TABLE to remove a table.");
            } else if (drop.missingOk()) {
                notices.accept(Notice.notice("00000", "sequence \"" + wanted.name() + "\" does not exist, skipping"));
            } else {
                throw new PgError(SqlState.UNDEFINED_TABLE, "sequence \"" + wanted.name() + "\" does not exist");
            }
        }
        if (!found.isEmpty()) {
            catalog.dropSequences(List.copyOf(found.values()));
        }
        return "DROP SEQUENCE";
    }

    /** Sees that the sequences that the columns of a new table name are there. */
    List<NewSequence> resolve(List<ColumnSequence> sequences) {
        for (ColumnSequence wanted : sequences) {
            String name = wanted.sequence().existing();
            if (name != null && catalog.sequence(name) == null) {
                PgError error = catalog.lookup(name) == null
                        ? new PgError(SqlState.UNDEFINED_TABLE, "relation \"" + name + "\" does not exist")
                        : new PgError(SqlState.WRONG_OBJECT_TYPE, "\"" + name + "\" is not a sequence");
                throw error.withPosition(wanted.location() + 1);
            }
        }
        return sequences.stream().map(ColumnSequence::sequence).toList();
    }

    /** TRUNCATE ... RESTART IDENTITY. */
    void restart(Relation relation) {
        catalog.sequences().stream().filter(s -> s.owner() == relation.oid()).forEach(catalog::restart);
    }

    /** The error for a name that has to be a table's and is a sequence's; null if it is none's. */
    PgError notATable(String name) {
        return catalog.sequence(name) == null ? null
                : new PgError(SqlState.WRONG_OBJECT_TYPE, "\"" + name + "\" is not a table");
    }

    PgError noCopy(String name, boolean isFrom) {
        return catalog.sequence(name) == null ? null : new PgError(SqlState.WRONG_OBJECT_TYPE,
                "cannot copy " + (isFrom ? "to" : "from") + " sequence \"" + name + "\"");
    }
}
