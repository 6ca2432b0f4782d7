package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.ColumnStatistics.Value;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.error.PgError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** COPY into columns that the file does not have, beside PostgreSQL: constants, sequences, serial and identity columns. */
class DefaultsTest {
    private static final int ROWS = 3_000;

    @TempDir
    private static Path directory;
    private static CopyPair pair;

    @BeforeAll
    static void open() throws Exception {
        pair = new CopyPair(directory.resolve("data"));
        pair.startWorkers(2);
    }

    @AfterAll
    static void close() throws Exception {
        pair.close();
    }

    static Stream<CopyPair.Mode> modes() {
        return Stream.of(CopyPair.Mode.SERIAL, new CopyPair.Mode(2, true, 500), new CopyPair.Mode(2, false, 1_000));
    }

    /** Makes what both have anew. */
    private static void make(String sequence, String columns) throws SQLException {
        pair.wharf("SET client_min_messages = error; DROP TABLE IF EXISTS t; DROP SEQUENCE IF EXISTS s");
        pair.postgres("SET client_min_messages = error; DROP TABLE IF EXISTS t; DROP SEQUENCE IF EXISTS s");
        if (sequence != null) {
            pair.wharf("CREATE SEQUENCE s " + sequence);
            pair.postgres("CREATE SEQUENCE s " + sequence);
        }
        pair.createTable(columns);
    }

    /** Rows of one column, some over several lines; {@code bad} stands in one of them, unless it is null. */
    private static byte[] csv(int rows, int badRow, String bad) {
        StringBuilder csv = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            csv.append(i == badRow && bad != null ? bad : i % 7 == 3 ? "\"a\n" + i + "\"" : "x" + i).append('\n');
        }
        return csv.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void compare(CopyPair.Mode mode, String what) throws Exception {
        assertEquals(pair.loadPostgres("(a)", "").toString(), pair.loadWharf("(a)", "", mode).toString(), what);
    }

    @ParameterizedTest
    @MethodSource("modes")
    void constants(CopyPair.Mode mode) throws Exception {
        make(null, """
                a text, c0 int DEFAULT 42, c1 bigint DEFAULT -1, c2 text NOT NULL DEFAULT 'x,y', c3 varchar(3) DEFAULT 'abc',
                c4 char(5) DEFAULT 'ab', c5 numeric(5,2) DEFAULT 1.555, c6 numeric DEFAULT -1.5, c7 bool DEFAULT true,
                c8 date DEFAULT '2000-01-01', c9 text DEFAULT 42, d0 int DEFAULT NULL, d1 varchar(3) DEFAULT NULL,
                d2 int DEFAULT '7', d3 int DEFAULT 1.5, d4 timestamptz(0) DEFAULT '2000-01-01 12:00:00.7+02',
                d5 int[] DEFAULT '{1,2}', d6 json DEFAULT '{"a": 1}', d7 interval second(1) DEFAULT '1.25',
                        d8 float8 DEFAULT 1e10,
                d9 text DEFAULT 'it''s \\', e0 bytea DEFAULT '\\x00ff', e1 numeric DEFAULT 10000000000, e2 int DEFAULT +5,
                e3 int DEFAULT (0x1_F), e4 text DEFAULT 'x'::varchar, e5 int DEFAULT CAST('5' AS int),
                        e6 date DEFAULT date '2001-02-03',
                e7 int DEFAULT -2.5, e8 smallint DEFAULT '5'::bigint, e9 varchar DEFAULT true, f0 real DEFAULT 1.5,
                f1 uuid DEFAULT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', f2 text, f3 char(2)[] DEFAULT '{a,NULL}'""");
        pair.write(csv(ROWS, 0, null));
        compare(mode, "constants");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            b smallint DEFAULT 100000
            b int DEFAULT 99999999999
            b int DEFAULT 3000000000.5
            b varchar(3) DEFAULT 'toolong'
            b numeric(3,1) DEFAULT 12345
            b varchar(3)[] DEFAULT '{abcd}'
            b text NOT NULL DEFAULT NULL
            b int DEFAULT 5, c text NOT NULL
            """)
    void constantsThatDoNotFit(String columns) throws Exception {
        make(null, "a text, " + columns);
        pair.write(csv(10, 0, null));
        for (CopyPair.Mode mode : modes().toList()) {
            compare(mode, columns);
        }
        pair.write(new byte[0]);
        compare(CopyPair.Mode.SERIAL, columns + ", no rows");
    }

    @Test
    void manyRowsOfALongDefault() throws Exception {
        make(null, "a text, b text DEFAULT '" + "long ".repeat(10_000) + "'");
        pair.write("x\n".repeat(1_500).getBytes(StandardCharsets.US_ASCII));
        compare(CopyPair.Mode.SERIAL, "long default");
    }

    @ParameterizedTest
    @MethodSource("modes")
    void numbers(CopyPair.Mode mode) throws Exception {
        make("INCREMENT BY -3 MAXVALUE 100 MINVALUE -2000 CYCLE CACHE 5", """
                n serial, a text, m bigint DEFAULT nextval('s'),
                        k smallint GENERATED BY DEFAULT AS IDENTITY (START 5 INCREMENT 2),
                j bigint GENERATED ALWAYS AS IDENTITY, l int DEFAULT nextval('public.s'::regclass), z int DEFAULT 9""");
        pair.write(csv(ROWS, 0, null));
        compare(mode, "first load");
        compare(mode, "second load");
        assertEquals(pair.loadPostgres("(a, n, j)", "").toString(), pair.loadWharf("(a, n, j)", "", mode).toString());
        pair.write("y,1,2\nz,3,4\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(pair.loadPostgres("(a, n, j)", "").toString(), pair.loadWharf("(a, n, j)", "", mode).toString());
        pair.write(csv(5, 0, null));
        compare(mode, "given values took no numbers");
        pair.wharf("TRUNCATE t RESTART IDENTITY");
        pair.postgres("TRUNCATE t RESTART IDENTITY");
        compare(mode, "restarted");
    }

    @ParameterizedTest
    @MethodSource("modes")
    void statisticsAreOfTheNumbers(CopyPair.Mode mode) throws Exception {
        make("START 1000 INCREMENT BY -1 MINVALUE -9999 MAXVALUE 1000", "n serial, a text, m smallint DEFAULT nextval('s')");
        pair.write(csv(ROWS, 0, null));
        compare(mode, "load");
        long row = 0;
        for (Manifest.Batch batch : pair.manifest("t").batches()) {
            long last = row + batch.block().rows();
            assertEquals(Value.of(row + 1), batch.statistics().column(0).min());
            assertEquals(Value.of(last), batch.statistics().column(0).max());
            assertNull(batch.statistics().column(1).min());
            assertEquals(Value.of(1001 - last), batch.statistics().column(2).min());
            assertEquals(Value.of(1000 - row), batch.statistics().column(2).max());
            row = last;
        }
        assertEquals(ROWS, row);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MAXVALUE 1000                         | m int DEFAULT nextval('s')                                     | 5000 | x
            MAXVALUE 3000                         | m int DEFAULT nextval('s')                                     | 5000 | x
            MAXVALUE 1000                         | m int DEFAULT nextval('s')                                     | 500  | "x"y,z
            MAXVALUE 1000                         | m int DEFAULT nextval('s')                                     | 1000 | "x"y,z
            MAXVALUE 1000                         | m int DEFAULT nextval('s')                                     | 1001 | "x"y,z
            START 32000                           | m smallint DEFAULT nextval('s')                                | 5000 | x
            START 32000                           | m smallint DEFAULT nextval('s'), k int DEFAULT nextval('s')     | 5000 | x
            START 40000                           | m smallint DEFAULT nextval('s')                                | 5000 | x
            START 10 INCREMENT -7 MINVALUE -999 MAXVALUE 20 | m int DEFAULT nextval('s'), k int DEFAULT nextval('s') | 5000 | x
            MAXVALUE 1000                         | m int DEFAULT nextval('s'), b text NOT NULL                    | 5000 | x
            START 9223372036854775000 INCREMENT 9223372036854775807 | m bigint DEFAULT nextval('s') | 5000 | x
            """)
    void numbersThatEnd(String sequence, String columns, int badRow, String bad) throws Exception {
        for (CopyPair.Mode mode : modes().toList()) {
            make(sequence, "n serial, a text, " + columns);
            pair.write(csv(2_000, badRow, bad));
            compare(mode, mode + ", the error");
            pair.write(csv(3, 0, null));
            compare(mode, mode + ", what a failed COPY took is gone");
        }
    }

    @Test
    void aMissingValueSaysTheNumber() throws Exception {
        for (CopyPair.Mode mode : modes().toList()) {
            make("", "n serial, a text NOT NULL, m int DEFAULT nextval('s'), b int DEFAULT 7");
            pair.write(csv(ROWS, 1_500, ""));
            compare(mode, mode + ", the error");
            pair.write(csv(3, 0, null));
            compare(mode, mode + ", after it");
        }
    }

    @Test
    void expressions() throws Exception {
        make("", """
                a int DEFAULT 42, b bigint DEFAULT -1, c text DEFAULT 'abc', d varchar(3) DEFAULT 'abc', e char(5) DEFAULT 'ab',
                f numeric(5,2) DEFAULT 1.5, g numeric DEFAULT -1.5, h bool DEFAULT true, i date DEFAULT '2000-01-01',
                j text DEFAULT 42, k int DEFAULT null, l varchar(3) DEFAULT null, l2 varchar(3) DEFAULT NULL::varchar(3),
                        m int DEFAULT '7', n int DEFAULT 1.5,
                p timestamptz(0) DEFAULT '2000-01-01 12:00:00.7+02', q int[] DEFAULT '{1,2}', r json DEFAULT '{"a": 1}',
                s interval second(1) DEFAULT '1.25', t float8 DEFAULT 1e10, u text DEFAULT 'it''s \\', v smallint DEFAULT '-3',
                w bytea DEFAULT '\\x00ff', x numeric DEFAULT 10000000000, y int DEFAULT +5, z int DEFAULT (1_0),
                aa text DEFAULT 'x'::varchar, bb int DEFAULT CAST('-5' AS int), cc date DEFAULT date '2000-01-01',
                dd bool DEFAULT 'no', ee int DEFAULT '5'::bigint, ff varchar(2)[] DEFAULT '{a}', gg serial,
                hh int DEFAULT nextval('s'), ii float8 DEFAULT '1', jj numeric DEFAULT '5',
                        kk interval DEFAULT interval '1 day'""");
        try (var statement = pair.connection().createStatement();
                var rows = statement.executeQuery("SELECT attname, pg_get_expr(adbin, adrelid) FROM pg_attribute"
                        + " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
                        + " WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum")) {
            for (Column column : pair.relation("t").columns()) {
                rows.next();
                assertEquals(rows.getString(1), column.name());
                assertEquals(rows.getString(2), column.columnDefault() == null ? null : column.columnDefault().expression(),
                        column.name());
            }
        }
    }

    @Test
    void statements() throws Exception {
        make("", "a serial, b int DEFAULT nextval('s'), c int GENERATED ALWAYS AS IDENTITY");
        for (String sql : List.of("DROP SEQUENCE s", "DROP SEQUENCE t_a_seq", "DROP SEQUENCE t_c_seq", "DROP SEQUENCE t",
                "DROP SEQUENCE nosuch", "DROP SEQUENCE s, nosuch", "DROP TABLE s", "TRUNCATE s", "CREATE SEQUENCE s",
                "CREATE SEQUENCE t", "CREATE TABLE s (a int)", "CREATE TABLE t_a_seq (a int)",
                "CREATE SEQUENCE x OWNED BY nosuch.a",
                "CREATE SEQUENCE x OWNED BY t.nosuch", "CREATE TABLE x (a int DEFAULT nextval('nosuch'))",
                "CREATE TABLE x (a int DEFAULT nextval('\"S\"'))",
                "COPY s FROM '" + pair.file() + "'", "COPY s TO '" + pair.file() + "'")) {
            PostgresOracle.Failure expected = null;
            try {
                pair.postgres(sql);
            } catch (SQLException e) {
                expected = PostgresOracle.Failure.of(e);
            }
            PostgresOracle.Failure actual = null;
            try {
                pair.wharf(sql);
            } catch (PgError e) {
                actual = new PostgresOracle.Failure(e.sqlState(), e.getMessage(), e.detail(), e.hint(), e.context(),
                        e.position());
            }
            assertEquals(expected, actual, sql);
        }
        pair.wharf("CREATE TABLE t3 (a int DEFAULT nextval('T_a_SEQ'))");
        pair.postgres("CREATE TABLE t3 (a int DEFAULT nextval('T_a_SEQ'))");
        PgError inUse = assertThrows(PgError.class, () -> pair.wharf("DROP TABLE t"));
        PostgresOracle.Failure expected = PostgresOracle.Failure.of(assertThrows(SQLException.class,
                () -> pair.postgres("DROP TABLE t")));
        assertEquals(expected.toString(), new PostgresOracle.Failure(inUse.sqlState(), inUse.getMessage(), inUse.detail(),
                inUse.hint(), inUse.context(), inUse.position()).toString());
        pair.wharf("DROP TABLE t3");
        pair.postgres("DROP TABLE t3");
        for (String sql : List.of("CREATE SEQUENCE IF NOT EXISTS s", "CREATE TABLE t2 (a serial, a_seq int)", "DROP TABLE t2",
                "CREATE SEQUENCE t2_a_seq OWNED BY t.b", "CREATE TABLE t2 (a serial)", "DROP TABLE t", "DROP SEQUENCE s",
                "CREATE SEQUENCE t2_a_seq", "DROP SEQUENCE IF EXISTS t2_a_seq, nosuch", "DROP TABLE t2",
                "CREATE SEQUENCE t2_a_seq1", "DROP SEQUENCE t2_a_seq1")) {
            pair.wharf(sql);
            pair.postgres(sql);
        }
    }
}
