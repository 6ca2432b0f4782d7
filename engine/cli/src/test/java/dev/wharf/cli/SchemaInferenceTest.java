package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.types.DateOrder;
import dev.wharf.core.utility.Parser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaInferenceTest {
    private static SchemaInference infer(String csv, Boolean header) {
        return SchemaInference.of(CsvSample.of(csv, true, Dialect.Given.NOTHING), said(header, null));
    }

    private static CsvOptions said(Boolean header, DateOrder order) {
        return new CsvOptions(Dialect.Given.NOTHING, header, PgEncoding.UTF8, Set.of(), order);
    }

    private static String columns(SchemaInference schema) {
        return schema.columns().stream().map(c -> c.name() + " " + c.type().formatType()).collect(Collectors.joining(", "));
    }

    /** Values of one column, separated by blanks; ~ stands for a blank, @ for NULL. */
    private static String type(String values, boolean whole) {
        String csv = "k,v\n" + List.of(values.split(" ")).stream()
                .map(v -> "x," + v.replace('~', ' ').replace("@", "") + "\n").collect(Collectors.joining());
        return SchemaInference.of(CsvSample.of(csv, whole, new Dialect.Given(',', null, null)), said(true, null))
                .columns().get(1).type().formatType();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1 2 -3 @ | integer
            2147483648 1 | bigint
            9223372036854775807 | bigint
            9223372036854775808 1 | numeric(38,0)
            007 8 | text
            00 1 | text
            +5 6 | text
            -0 1 | double precision
            ~5 6 | text
            1.50 2.25 | numeric(15,2)
            01.50 2.25 | text
            1.5 2.25 3 | double precision
            1234567890123.5 2.123456 | numeric(19,6)
            .5 1.5 | text
            1e5 2 | double precision
            NaN 1.5 | double precision
            1e999 1 | text
            t f | boolean
            true false @ | boolean
            TRUE false | text
            yes no | text
            0 1 | integer
            2024-02-29 1999-12-31 | date
            2023-02-29 | text
            2024-2-9 | text
            2024-02-29 2024-02-29~10:00:00 | timestamp without time zone
            2024-02-29T10:00:00.123456 | timestamp without time zone
            2024-02-29T10:00:00.1234567 | text
            2024-02-29T10:00:00Z 2024-02-29~10:00:00+02 | timestamp with time zone
            2024-02-29T10:00:00Z 2024-02-29T10:00:00 | text
            2024-02-29~25:00:00 | text
            123e4567-e89b-12d3-a456-426614174000 | uuid
            123e4567-e89b-12d3-a456-42661417400 | text
            @ @ | text
            1 a | text
            "" 1 | text
            """)
    void types(String values, String expected) {
        assertEquals(expected, type(values, true));
    }

    @Test
    void roomIsLeftForWhatTheSampleDoesNotShow() {
        assertEquals("bigint", type("1 2", false));
        assertEquals("numeric(15,2)", type("1.50 2.25", false));
        assertEquals("numeric(20,2)", type("123456789012.50", false));
        assertEquals("numeric(29,10)", type("1234567890123.5 2.123456", false));
    }

    @Test
    void aHeaderOverTypedColumns() {
        SchemaInference schema = infer("id,name,amount\n1,a,1.50\n2,b,2.50\n", null);
        assertTrue(schema.header());
        assertEquals("id integer, name text, amount numeric(15,2)", columns(schema));
        assertEquals(List.of(), schema.remarks());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,a\n2,b\n", "1\n2\n", "a,1\nb,2\n", ",1\nb,2\n", "2024-01-01,x\n2024-01-02,y\n", "7,2020\n8,9\n"})
    void dataIsNoHeader(String csv) {
        SchemaInference schema = infer(csv, null);
        assertFalse(schema.header());
        assertEquals(List.of(), schema.remarks());
        assertEquals("column1", schema.columns().getFirst().name());
    }

    /** All text; a value missing in the first row's numbers; years as names; the same name twice; one row alone. */
    @ParameterizedTest
    @ValueSource(strings = {"name,city\nann,rome\n", "id,2020,2021\n1,5,6\n", "n/a,5\n1,6\n", "a,a\n1,2\n", "id,amount\n",
        ",a,b\n0,1,2\n"})
    void undecidedIsDataAndSaid(String csv) {
        SchemaInference schema = infer(csv, null);
        assertFalse(schema.header());
        assertEquals(1, schema.remarks().size());
        assertTrue(infer(csv, true).header());
        assertEquals(List.of(), infer(csv, false).remarks());
    }

    @Test
    void headerNamesAreKeptAndMadeToDiffer() {
        SchemaInference schema = infer("Order ID,select,a,a,,\"q\"\"x\"\n1,2,3,4,5,6\n", true);
        assertEquals(List.of("Order ID", "select", "a", "a_2", "column5", "q\"x"),
                schema.columns().stream().map(dev.wharf.core.catalog.Column::name).toList());
        String create = schema.createTable("My t", true);
        assertEquals("""
                CREATE UNLOGGED TABLE "My t" (
                    "Order ID" integer,
                    "select" integer,
                    a integer,
                    a_2 integer,
                    column5 integer,
                    "q""x" integer
                )""", create);
        assertEquals(1, Parser.parse(create, notice -> {
            throw new AssertionError(notice);
        }).size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '=', quoteCharacter = '`', textBlock = """
            a,b;c,d = ,
            a;1,5;x = ;
            a|b = |
            only = ,
            "a;b",c = ,
            """)
    void delimiters(String row, char expected) {
        assertEquals(expected, CsvSample.of((row + "\n").repeat(3), true, Dialect.Given.NOTHING).dialect().delimiter());
        assertEquals('\t', CsvSample.of((row + "\tz\tz\tz\n").repeat(3), true, Dialect.Given.NOTHING).dialect().delimiter());
    }

    @Test
    void quotedNewlinesAndLineEnds() {
        for (String eol : List.of("\n", "\r\n", "\r")) {
            CsvSample sample = CsvSample.of("a,\"x" + eol + "\"\"y\"" + eol + "b,c", true, Dialect.Given.NOTHING);
            assertEquals(2, sample.rows().size());
            assertEquals("x" + eol + "\"y", sample.rows().getFirst().get(1).text());
        }
    }

    @Test
    void aRowCutByTheSamplesEndIsLeftOut() {
        assertEquals(1, CsvSample.of("1,2\n3,", false, Dialect.Given.NOTHING).rows().size());
        assertEquals(2, CsvSample.of("1,2\n3,", true, Dialect.Given.NOTHING).rows().size());
        assertEquals(1, CsvSample.of("1,2\n3,\"", true, Dialect.Given.NOTHING).rows().size());
    }

    @Test
    void longRowsMakeTheSampleGrow(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("wide.csv");
        Files.writeString(file, ("x".repeat(2000) + ",1\n").repeat(8000));
        CsvSample sample = CsvSample.read(LoadInput.of(file, null), Dialect.Given.NOTHING, PgEncoding.UTF8);
        assertEquals(8000, sample.rows().size());
        assertTrue(sample.whole());
    }
}
