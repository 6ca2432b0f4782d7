package dev.wharf.core.utility;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.NewSequence;
import dev.wharf.core.catalog.Sequence;
import dev.wharf.core.types.TextSettings;
import java.util.List;

/**
 * A parsed utility statement. Names are PostgreSQL's parse nodes; locations are 0-based character offsets in the query
 * string, for the error position.
 */
public sealed interface Statement {
    /** What the client is told once it is done, without a number of rows: {@code CREATE TABLE}. */
    String commandTag();

    /**
     * A table's name as it stands in a statement, folded.
     *
     * @param schema null where none was written
     */
    record RangeVar(String schema, String name, int location) {
        /** As errors about a name that is nobody's show it. */
        public String qualified() {
            return schema == null ? name : schema + "." + name;
        }
    }

    /**
     * CREATE [UNLOGGED] TABLE [IF NOT EXISTS].
     *
     * @param sequences of columns that are serial, identities, or have nextval for their default
     * @param settings  under which the constants in it were read
     */
    record CreateStmt(RangeVar relation, List<Column> columns, boolean unlogged, boolean ifNotExists,
                      List<ColumnSequence> sequences, TextSettings settings) implements Statement {
        @Override
        public String commandTag() {
            return "CREATE TABLE";
        }
    }

    /** @param location of the name of a sequence that has to exist */
    record ColumnSequence(NewSequence sequence, int location) {
    }

    /**
     * CREATE SEQUENCE [IF NOT EXISTS].
     *
     * @param options    the sequence without a name and a number
     * @param ownerTable null for none
     */
    record CreateSeqStmt(RangeVar sequence, Sequence options, String ownerTable, String ownerColumn, boolean ifNotExists)
            implements Statement {
        @Override
        public String commandTag() {
            return "CREATE SEQUENCE";
        }
    }

    /** DROP TABLE [IF EXISTS] a, b. */
    record DropStmt(List<RangeVar> relations, boolean missingOk) implements Statement {
        @Override
        public String commandTag() {
            return "DROP TABLE";
        }
    }

    /** DROP SEQUENCE [IF EXISTS] a, b. */
    record DropSeqStmt(List<RangeVar> sequences, boolean missingOk) implements Statement {
        @Override
        public String commandTag() {
            return "DROP SEQUENCE";
        }
    }

    /**
     * TRUNCATE [TABLE] a, b.
     *
     * @param restartSeqs RESTART IDENTITY
     */
    record TruncateStmt(List<RangeVar> relations, boolean restartSeqs) implements Statement {
        @Override
        public String commandTag() {
            return "TRUNCATE TABLE";
        }
    }

    /**
     * COPY.
     *
     * @param columns  null where no list was written
     * @param filename null for STDIN and STDOUT
     */
    record CopyStmt(RangeVar relation, List<String> columns, boolean isFrom, boolean isProgram, String filename,
                    List<DefElem> options) implements Statement {
        @Override
        public String commandTag() {
            return "COPY";
        }
    }

    /**
     * SET and RESET.
     *
     * @param name  null for RESET ALL
     * @param args the values, empty unless kind is VALUE
     */
    record VariableSetStmt(VariableSetKind kind, String name, List<String> args, boolean isLocal) implements Statement {
        @Override
        public String commandTag() {
            return switch (kind) {
                case VALUE, DEFAULT -> "SET";
                case RESET, RESET_ALL -> "RESET";
            };
        }
    }

    /** SET x TO value; SET x TO DEFAULT; RESET x; RESET ALL. */
    enum VariableSetKind { VALUE, DEFAULT, RESET, RESET_ALL }

    /** SHOW name; SHOW ALL has the name "all". */
    record VariableShowStmt(String name) implements Statement {
        @Override
        public String commandTag() {
            return "SHOW";
        }
    }
}
