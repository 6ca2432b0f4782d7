package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected texts are what psql 15 prints for the same. */
class OutputTest {
    private static final TablePrinter.Table TABLE = new TablePrinter.Table(null, List.of("äöü", "b", "n"),
            List.of(true, false, false), List.of(List.of("1", "x\nyy", ""), List.of("22", "日本", "z")), true, List.of());

    private static String print(TablePrinter.Table table, boolean aligned, boolean tuplesOnly) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        new TablePrinter(out, aligned, tuplesOnly).print(table);
        out.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aligned() {
        assertEquals("""
                 äöü |  b   | n\s
                -----+------+---
                   1 | x   +|\s
                     | yy   |\s
                  22 | 日本 | z
                (2 rows)

                """, print(TABLE, true, false));
        assertEquals("   1 | x   +| \n     | yy   | \n  22 | 日本 | z\n\n", print(TABLE, true, true));
    }

    @Test
    void unaligned() {
        assertEquals("äöü|b|n\n1|x\nyy|\n22|日本|z\n(2 rows)\n", print(TABLE, false, false));
        assertEquals("1|x\nyy|\n22|日本|z\n", print(TABLE, false, true));
    }

    @Test
    void titleIsCentered() {
        assertEquals("""
                      Table "public.ta"
                 Column |  Type   | Collation\s
                --------+---------+-----------
                 id     | integer |\s

                """, print(TablePrinter.Table.of("Table \"public.ta\"", List.of("Column", "Type", "Collation"),
                List.of(List.of("id", "integer", "")), false), true, false));
    }

    @Test
    void caret() {
        assertEquals("LINE 1: select\n        ^\n", ErrorReport.position("select\n 1;", 1));
        assertEquals("LINE 2:  foo x\n             ^\n", ErrorReport.position("a\r\n\tfoo x", 9));
        assertEquals("LINE 1: ä日x\n           ^\n", ErrorReport.position("ä日x", 3));
        assertEquals("LINE 1: abc\n           ^\n", ErrorReport.position("abc", 4));
        assertEquals("", ErrorReport.position("abc", 9));
    }

    @Test
    void longLinesAreCutAroundTheCaret() {
        assertEquals("""
                LINE 1: ...r as '|' quote '"' null as '' escape '"' encoding 'utf8' foo
                                                                                    ^
                """, ErrorReport.position("copy t from '/dir/x' csv header delimiter as '|' quote '\"' null as '' "
                + "escape '\"' encoding 'utf8' foo", 98));
        assertEquals("LINE 1: " + "x".repeat(60) + "...\n            ^\n", ErrorReport.position("x".repeat(100), 5));
    }

    @ParameterizedTest
    @CsvSource({"0,0 bytes", "8192,8192 bytes", "10239,10239 bytes", "10240,10 kB", "16384,16 kB", "10484736,10239 kB",
        "10485248,10 MB", "248512512,237 MB", "10737418240,10 GB"})
    void sizes(long bytes, String pretty) {
        assertEquals(pretty, MetaCommands.prettySize(bytes));
    }

    @Test
    void progress() {
        assertEquals("[############            ]  50%  500 MB of 1000 MB  250 MB/s  0:02 left",
                ProgressBar.line(500_000_000, 1_000_000_000, 2_000_000_000L));
        assertEquals("20.5 GB  10250 MB/s", ProgressBar.line(20_500_000_000L, 0, 2_000_000_000L));
    }

    @ParameterizedTest
    @CsvSource({"1GB,1000000000", "1.5MB,1500000", "20kB,20000", "77,77", "x,-1", "-5,-1", "1 GB,1000000000"})
    void demoSizes(String text, long bytes) {
        assertEquals(bytes, DemoCommand.parseSize(text));
    }
}
