package dev.wharf.core.utility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.PgType.Kind;
import dev.wharf.core.utility.Statement.CopyStmt;
import dev.wharf.core.utility.Statement.CreateStmt;
import dev.wharf.core.utility.Statement.DropStmt;
import dev.wharf.core.utility.Statement.TruncateStmt;
import dev.wharf.core.utility.Statement.VariableSetKind;
import dev.wharf.core.utility.Statement.VariableSetStmt;
import dev.wharf.core.utility.Statement.VariableShowStmt;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {
    private final List<Notice> notices = new ArrayList<>();

    private Statement one(String sql) {
        List<RawStmt> list = Parser.parse(sql, notices::add);
        assertEquals(1, list.size(), sql);
        return list.getFirst().statement();
    }

    private PgType type(String written) {
        return ((CreateStmt) one("CREATE TABLE t (a " + written + ")")).columns().getFirst().type();
    }

    @Test
    void splitsAndLocates() {
        String sql = ";; /* ; */ DROP TABLE \"a;b\", C -- ;\n ; SHOW x.y;\nRESET ALL";
        List<RawStmt> list = Parser.parse(sql, notices::add);
        assertEquals(List.of("DROP TABLE \"a;b\", C -- ;\n ", "SHOW x.y", "RESET ALL"), list.stream().map(s ->
                sql.substring(s.location(), s.length() == 0 ? sql.length() : s.location() + s.length())).toList());
        assertEquals(0, list.getLast().length());
        DropStmt drop = (DropStmt) list.getFirst().statement();
        assertEquals(List.of("a;b", "c"), drop.relations().stream().map(Statement.RangeVar::name).toList());
        assertEquals(new VariableShowStmt("x.y"), list.get(1).statement());
        assertEquals(List.of(), Parser.parse(" ; -- nothing\n;/* /* */ */", notices::add));
    }

    @Test
    void createTable() {
        CreateStmt create = (CreateStmt) one("create unlogged table if not exists Public.\"T\"\"x\" "
                + "(a int not null, \"B c\" text null, if varchar(3) constraint k not null)");
        assertEquals("T\"x", create.relation().name());
        assertTrue(create.unlogged() && create.ifNotExists());
        assertEquals(List.of(new Column("a", PgType.of(Kind.INT4), true), new Column("B c", PgType.of(Kind.TEXT), false),
                new Column("if", new PgType(Kind.VARCHAR, 3, 0), true)), create.columns());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            int | integer
            INTEGER | integer
            int4 | integer
            pg_catalog.int4 | integer
            "int8" | bigint
            int2 | smallint
            smallint | smallint
            bool | boolean
            boolean | boolean
            real | real
            float | double precision
            float(1) | real
            float(24) | real
            float(25) | double precision
            float(53) | double precision
            float4 | real
            float8 | double precision
            double precision | double precision
            dec | numeric
            decimal(5) | numeric(5,0)
            numeric(38,2) | numeric(38,2)
            numeric('7', 3) | numeric(7,3)
            numeric(3,-2) | numeric(3,-2)
            varchar | character varying
            varchar(10) | character varying(10)
            character varying (10) | character varying(10)
            char varying(3) | character varying(3)
            national character varying(4) | character varying(4)
            nchar(3) | character(3)
            char | character(1)
            character | character(1)
            char(5) | character(5)
            bpchar(5) | character(5)
            text | text
            bytea | bytea
            date | date
            time | time without time zone
            time(3) without time zone | time(3) without time zone
            timestamp | timestamp without time zone
            timestamp without time zone | timestamp without time zone
            timestamp(3) with time zone | timestamp(3) with time zone
            timestamp with time zone | timestamp with time zone
            timestamptz | timestamp with time zone
            timestamptz(0) | timestamp(0) with time zone
            uuid | uuid
            interval | interval
            INTERVAL(3) | interval(3)
            interval year | interval year
            interval month | interval month
            interval year to month | interval year to month
            interval day to hour | interval day to hour
            interval day to second(3) | interval day to second(3)
            interval hour to minute | interval hour to minute
            interval minute to second | interval minute to second
            interval second (0) | interval second(0)
            pg_catalog.interval | interval
            json | json
            jsonb | jsonb
            bpchar | bpchar
            integer[] | integer[]
            text[][3] | text[]
            int array | integer[]
            int ARRAY[4] | integer[]
            varchar(3)[] | character varying(3)[]
            _varchar(3) | character varying(3)[]
            timestamp(0) with time zone[] | timestamp(0) with time zone[]
            interval day to second(3)[] | interval day to second(3)[]
            numeric(4,1)[] | numeric(4,1)[]
            pg_catalog._int4 | integer[]
            json[] | json[]
            """)
    void types(String written, String formatted) {
        assertEquals(formatted, type(written).formatType());
    }

    @Test
    void timePrecisionIsReducedWithAWarning() {
        assertEquals(new PgType(Kind.TIMESTAMPTZ, 6, 0), type("timestamptz(8)"));
        assertEquals(List.of(Notice.warning(SqlState.INVALID_PARAMETER_VALUE,
                "TIMESTAMP(8) WITH TIME ZONE precision reduced to maximum allowed, 6", 19)), notices);
    }

    @Test
    void longNamesAreCutAtACharacter() {
        one("SHOW " + "x".repeat(62) + "äb");
        assertEquals("identifier \"" + "x".repeat(62) + "äb\" will be truncated to \"" + "x".repeat(62) + "\"",
                notices.getFirst().message());
        assertEquals(new VariableShowStmt("ä".repeat(31)), one("SHOW " + "ä".repeat(32)));
    }

    @Test
    void tooManyColumns() {
        String columns = IntStream.range(0, 1601).mapToObj(i -> "c" + i + " int").collect(Collectors.joining(","));
        PgError e = assertThrows(PgError.class, () -> one("create table t (" + columns + ")"));
        assertEquals("54011 tables can have at most 1600 columns", e.sqlState() + " " + e.getMessage());
    }

    @Test
    void copyInBothSpellings() {
        CopyStmt generic = (CopyStmt) one("COPY t (\"A\", b) FROM E'a\\tb\\'\\x41' WITH (FORMAT csv, HEADER, NULL '', "
                + "delimiter $$|$$, force_null (a, b), force_quote *, reject_limit -3)");
        assertEquals("a\tb'A", generic.filename());
        assertEquals(List.of("A", "b"), generic.columns());
        assertTrue(generic.isFrom());
        assertEquals(List.of(new DefElem("format", "csv", 41), new DefElem("header", null, 53), new DefElem("null", "", 61),
                new DefElem("delimiter", "|", 70), new DefElem("force_null", List.of("a", "b"), 87),
                new DefElem("force_quote", DefElem.Star.STAR, 106), new DefElem("reject_limit", -3L, 121)),
                generic.options());

        CopyStmt legacy = (CopyStmt) one("COPY t TO STDOUT USING DELIMITERS ';' CSV HEADER QUOTE AS '\"' ESCAPE '\\' "
                + "FORCE QUOTE a, b ENCODING 'x'");
        assertEquals(null, legacy.filename());
        assertEquals(List.of("delimiter", "format", "header", "quote", "escape", "force_quote", "encoding"),
                legacy.options().stream().map(DefElem::name).toList());
        assertEquals("\\", legacy.options().get(4).value());
    }

    @Test
    void settings() {
        assertEquals(new VariableSetStmt(VariableSetKind.VALUE, "a.b", List.of("-5"), false), one("set session A.b to -5"));
        assertEquals(new VariableSetStmt(VariableSetKind.VALUE, "session", List.of("on"), false), one("set session = on"));
        assertEquals(new VariableSetStmt(VariableSetKind.VALUE, "x", List.of("Y"), true), one("set local x = \"Y\""));
        assertEquals(new VariableSetStmt(VariableSetKind.DEFAULT, "x", List.of(), false), one("set x to default"));
        assertEquals(new VariableSetStmt(VariableSetKind.RESET_ALL, null, List.of(), false), one("reset all"));
    }

    @Test
    void truncateForms() {
        assertEquals(List.of("a", "b", "c"), ((TruncateStmt) one("truncate only a, b *, only (c) restart identity cascade"))
                .relations().stream().map(Statement.RangeVar::name).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1", "(select 1)", "insert into t values (1)", "BEGIN", "create index i on t (a)",
        "drop view v", "create table t (a int primary key)", "create table t (a int, primary key (a))",
        "create table t (a int default 1 + 1)", "create table t (a int default now())",
        "create table t (a interval default interval '1' day)",
        "create table t (a int default (select 1))", "drop sequence s cascade", "create sequence s restart",
        "create table t (a int generated always as (1) stored)", "create table t (a xml)",
        "create table t (a time with time zone)", "create table t as select 1",
        "create table t (a int) with (fillfactor = 10)", "create temp table t (a int)", "copy (select 1) to stdout",
        "copy t from 'x' csv where a > 1", "alter table t add b int"})
    void whatPostgresHasAndWeDoNot(String sql) {
        PgError e = assertThrows(PgError.class, () -> one(sql));
        assertEquals(SqlState.FEATURE_NOT_SUPPORTED, e.sqlState(), e.getMessage());
        assertTrue(e.getMessage().endsWith(" not supported"), e.getMessage());
        assertTrue(e.position() > 0);
    }

    @Test
    void aSyntaxErrorAnywhereComesFirst() {
        PgError e = assertThrows(PgError.class, () -> one("create table t (a foo); drop tabl t"));
        assertEquals("syntax error at or near \"tabl\"", e.getMessage());
        assertEquals(30, e.position());
    }

    @Test
    void adjacentStringsJoinOverANewline() {
        assertEquals("abcd'e", ((CopyStmt) one("copy t from 'ab' -- c\n 'cd''' \n'e'")).filename());
    }
}
