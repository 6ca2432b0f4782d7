package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.error.PgError;
import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FORCE_NOT_NULL, FORCE_NULL, DEFAULT, FREEZE and their checks, as PostgreSQL has them; and HEADER with a number. */
class CopyColumnOptionsTest extends CopyFileTest {
    private static final String TABLE = "a text, b text, c text, d varchar(3)";

    static Stream<Case> nulls() {
        List<Case> cases = new ArrayList<>();
        String plain = ",,,\n\"\",\"\",\"\",\"\"\na,\"\",,b\n\"x\"\"y\",\"\",\"\"\"\",\n,\"\",\"\",\"\"\n";
        String words = "nil,nil,nil,nil\n\"nil\",\"nil\",\"nil\",\"nil\"\nn\"il\",\"n\"il,\"ni\"\"l\",\"n\"\"\"\n"
                + ",\"\",nilx,ni\nnil,\"nil\",x,y\n";
        for (String force : List.of("FORCE_NOT_NULL (b)", "FORCE_NULL (b)", "FORCE_NOT_NULL (b, d), FORCE_NULL (c, d)",
                "FORCE_NULL *",
                "FORCE_NOT_NULL *", "FORCE_NOT_NULL *, FORCE_NULL *", "FORCE_NULL (a), FORCE_NOT_NULL (a, c)")) {
            cases.add(new Case(force, TABLE, force, plain));
            cases.add(new Case(force + ", no quotes", TABLE, force, ",,,\na,,b,\n"));
            cases.add(new Case(force + ", nil", TABLE, "NULL 'nil', " + force, words));
            cases.add(new Case(force + ", other order", TABLE, "(d, b, a, c)", "NULL 'nil', " + force,
                    words.getBytes(StandardCharsets.UTF_8)));
            cases.add(new Case(force + ", escape", TABLE, "NULL '\\N', ESCAPE '\\', " + force,
                    "\\N,\\N,\\N,\\N\n\"\\N\",\"\\\\N\",\"\\\\N\",\"\\N\"\n\\\\N,x,\"\\\"\",\\N\n"));
            cases.add(new Case(force + ", \\r\\n", TABLE, force, plain.replace("\n", "\r\n")));
            cases.add(new Case(force + ", a default that does not occur", TABLE, "DEFAULT 'D', " + force,
                    plain + "\"D\",DD,\"D\"\"\",\"D\"\n"));
        }
        cases.add(new Case("text, a default that does not occur", TABLE, "FORMAT text, DEFAULT 'D'",
                "\\D\tDD\t\\N\tD\\N\n\t\\\tD\t\td\n"));
        cases.add(new Case("log_verbosity", TABLE, "LOG_VERBOSITY verbose", plain));
        cases.add(new Case("log_verbosity silent", TABLE, "LOG_VERBOSITY silent, FREEZE false", plain));
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("nulls")
    void forcedNulls(Case file) throws IOException, SQLException {
        pair.createTable(file.table());
        Outcome expected = load(file);
        assertNull(expected.failure(), expected::toString);
        for (Mode mode : modes(1, 5)) {
            check(file, expected, mode);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"FORCE_NOT_NULL (a)", "FORCE_NOT_NULL *", "FORCE_NULL (b)", "FORCE_NULL *, FORCE_NOT_NULL *",
        "FORCE_NULL (b), NULL 'x'", "DEFAULT 'x'", "DEFAULT ''''", "DEFAULT 'x', FORCE_NOT_NULL *", "DEFAULT 'x', HEADER",
        "DEFAULT 'a', HEADER MATCH", "DEFAULT '1', FORCE_NULL *"})
    void errors(String options) throws IOException, SQLException {
        pair.createTable("a int, b text NOT NULL");
        int n = 0;
        for (String row : List.of(",x", "x,y", "1,\"\"", "1,\"x\"", "x,\"a", "1,x,", "1,x,\"", "', ", "\"a\"\"\",b", "1,x",
                "x", "a,b")) {
            for (int at = 0; at < 3; at++) {
                List<String> rows = new ArrayList<>(List.of("2,c", "3,\"d\"\"\""));
                rows.add(at, row);
                String text = String.join("\n", rows) + "\n";
                pair.write(text.getBytes(StandardCharsets.UTF_8));
                Outcome expected = pair.loadPostgres("", options);
                for (Mode mode : List.of(Mode.SERIAL, new Mode(1 + n++ % WORKERS, n % 2 == 0, 1 + n % 5))) {
                    loadsAlike(expected, "", options, mode, () -> options + "\n" + text);
                }
            }
        }
    }

    /** What is refused before the file is read. */
    @ParameterizedTest
    @ValueSource(strings = {
        "COPY t (a) FROM 'FILE' (FORMAT csv, FORCE_NULL (b))", "COPY t (a) FROM 'FILE' (FORMAT csv, FORCE_NOT_NULL (a, b))",
        "COPY t FROM 'FILE' (FORMAT csv, FORCE_NULL (x))", "COPY t FROM 'FILE' (FORMAT csv, FORCE_NOT_NULL (a, a))",
        "COPY t (b) FROM 'FILE' (FORMAT csv, FORCE_NULL (a), FORCE_NOT_NULL (a))", "COPY t (b) FROM 'FILE' CSV FORCE NULL a",
        "COPY t (b) FROM 'FILE' CSV FORCE NOT NULL b, a", "COPY t (x) FROM 'FILE' (FORMAT csv, FORCE_NULL (y))",
        "COPY t (b) TO 'FILE' (FORMAT csv, FORCE_QUOTE (a))", "COPY t TO 'FILE' (FORMAT csv, FORCE_QUOTE (x))",
        "COPY t TO 'FILE' CSV FORCE QUOTE a, a", "COPY t FROM 'FILE' (FORCE_NULL (a))", "COPY t FROM 'FILE' (FORCE_NOT_NULL *)",
        "COPY t TO 'FILE' (FORCE_QUOTE *)", "COPY t FROM 'FILE' (FREEZE)", "COPY t FROM 'FILE' FREEZE CSV",
        "COPY t FROM 'FILE' (FREEZE, FORMAT csv, FORCE_NULL (x))",
        "COPY t FROM 'FILE' (QUOTE '''')", "COPY t FROM 'FILE' (ESCAPE '''')", "COPY t FROM 'FILE' (DELIMITER '\\')",
        "COPY t FROM 'FILE' (DELIMITER '.')", "COPY t FROM 'FILE' (DELIMITER '7')", "COPY t FROM 'FILE' (DELIMITER 'n')",
        "COPY t FROM 'FILE' (DELIMITER 'N')", "COPY t FROM 'FILE' (DELIMITER '|', NULL 'a|')",
        "COPY t FROM 'FILE' (DELIMITER '|', DEFAULT 'a|')", "COPY t FROM 'FILE' (DEFAULT '\\N')",
        "COPY t FROM 'FILE' (NULL 'x', DEFAULT 'x')", "COPY t FROM 'FILE' (DEFAULT E'a\\r')", "COPY t FROM 'FILE' (NULL E'\\r')",
        "COPY t TO 'FILE' (DEFAULT 'x')", "COPY t TO 'FILE' (FREEZE)", "COPY t TO 'FILE' (HEADER match)",
        "COPY t FROM 'FILE' (HEADER maybe)", "COPY t FROM 'FILE' WITH HEADER FORCE NULL a",
        "COPY t FROM 'FILE' DELIMITERS 'ab'", "COPY t FROM 'FILE' USING DELIMITERS '|' DELIMITER '|'"})
    void refused(String statement) throws IOException, SQLException {
        pair.createTable("a int, b text");
        pair.write("1,a\n".getBytes(StandardCharsets.UTF_8));
        String sql = statement.replace("FILE", pair.file().toString());
        SQLException expected = assertThrows(SQLException.class, () -> pair.postgres(sql));
        PgError e = assertThrows(PgError.class, () -> pair.wharf(sql));
        assertEquals(PostgresOracle.Failure.of(expected),
                new PostgresOracle.Failure(e.sqlState(), e.getMessage(), e.detail(), e.hint(), e.context(), e.position()));
    }

    /** A table that the same query string made or emptied is new enough for FREEZE. */
    @Test
    void freeze() throws IOException, SQLException {
        pair.createTable("a int, b text");
        pair.write("1,a\n".getBytes(StandardCharsets.UTF_8));
        String copy = "COPY t FROM '" + pair.file() + "' (FORMAT csv, FREEZE)";
        for (String sql : List.of("TRUNCATE t; " + copy, "DROP TABLE t; CREATE TABLE t (a int, b text); " + copy + "; " + copy)) {
            pair.postgres(sql);
            pair.wharf(sql);
            assertEquals(CopyPair.text(pair.copyOutPostgres("COPY t TO STDOUT")),
                    CopyPair.text(pair.copyOutWharf("COPY t TO STDOUT", Mode.SERIAL)));
            assertThrows(SQLException.class, () -> pair.postgres(copy));
            assertEquals("55000", assertThrows(PgError.class, () -> pair.wharf(copy)).sqlState());
        }
    }

    /** Ours, and PostgreSQL 19's: PostgreSQL 18 loads the same file without the lines. */
    @ParameterizedTest
    @ValueSource(strings = {"", "FORMAT text, DELIMITER ','"})
    void headerOfSeveralLines(String format) throws IOException, SQLException {
        pair.createTable("a text, b text");
        boolean csv = format.isEmpty();
        for (String eol : List.of("\n", "\r", "\r\n")) {
            String head = "first" + eol + (csv ? "\"second" + eol + eol + "\"" : "second\\,") + eol + eol;
            String rows = ("1,x\n2,y\n3,z\n").replace("\n", eol);
            pair.write(rows.getBytes(StandardCharsets.UTF_8));
            Outcome expected = pair.loadPostgres("", format);
            pair.write((head + rows).getBytes(StandardCharsets.UTF_8));
            String separator = csv ? "" : format + ", ";
            for (Mode mode : modes(1, 3)) {
                loadsAlike(expected, "", separator + "HEADER 3", mode, () -> format);
                Outcome fewer = pair.loadWharf("", separator + "HEADER 4", mode);
                assertEquals("COPY 2", fewer.tag());
                assertEquals("COPY 0", pair.loadWharf("", separator + "HEADER 40", mode).tag());
            }
            pair.write((head + rows + "4" + eol).getBytes(StandardCharsets.UTF_8));
            Outcome failed = pair.loadWharf("", separator + "HEADER 3", new Mode(2, false, 2));
            assertNotNull(failed.failure());
            assertTrue(failed.failure().context().startsWith("COPY t, line " + (csv ? 9 : 7) + ": \"4\""), failed::toString);
        }
    }
}
