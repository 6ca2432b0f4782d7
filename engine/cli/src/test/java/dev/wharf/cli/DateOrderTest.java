package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dates that do not begin with the year: what tells day from month, and that COPY then reads them so. */
class DateOrderTest {
    @TempDir
    private Path folder;
    private String out;
    private String err;

    private int wharf(String... args) {
        CommandRun run = CommandRun.of("", args);
        out = run.out();
        err = run.err();
        return run.exit();
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("f.csv"), text).toString();
    }

    /** Values of column v, separated by ;, with the type, the order, and the first of them as COPY has read it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            31/12/2024;1/2/2024            | date                        | DMY | 2024-12-31
            1.2.2024;31.12.2024            | date                        | DMY | 2024-02-01
            1-2-2024;12-31-2024            | date                        | MDY | 2024-01-02
            12/31/2024;2024-02-01          | date                        | MDY | 2024-12-31
            2024/12/31;2024.01.02          | date                        | -   | 2024-12-31
            1/31/2024 5:07 PM;1/1/2024     | timestamp without time zone | MDY | 2024-01-31 17:07:00
            31.1.2024 12:07:08.5AM         | timestamp without time zone | DMY | 2024-01-31 00:07:08.5
            31.1.2024 7:07+02              | timestamp with time zone    | DMY | 2024-01-31 05:07:00+00
            2024-01-31 7:07                | timestamp without time zone | -   | 2024-01-31 07:07:00
            2024-01-31T07:07Z              | timestamp with time zone    | -   | 2024-01-31 07:07:00+00
            1/2/2024;12/11/2024            | text                        | -   | 1/2/2024
            31/12/2024;12/31/2024          | text                        | -   | 31/12/2024
            31/12/24                       | text                        | -   | 31/12/24
            30/2/2024                      | text                        | -   | 30/2/2024
            31/12-2024                     | text                        | -   | 31/12-2024
            31/12/2024 24:01               | text                        | -   | 31/12/2024 24:01
            31/12/2024 13:00 PM            | text                        | -   | 31/12/2024 13:00 PM
            31/12/2024 0:00 AM             | text                        | -   | 31/12/2024 0:00 AM
            31/12/2024 x                   | text                        | -   | 31/12/2024 x
            31/12/0000                     | text                        | -   | 31/12/0000
            """)
    void whatIsFoundOut(String values, String type, String order, String first) throws IOException {
        String csv = file("v,k\n" + values.replace(";", ",1\n") + ",1\n");
        assertEquals(0, wharf("sniff", "--json", csv, "--header"), () -> err);
        assertEquals(order, ((Map<?, ?>) JsonParser.parse(out.strip())).get("date_order"), () -> out);
        assertEquals(0, wharf("load", "-D", data(), csv, "--header"), () -> err);
        assertEquals("DMY".equals(order), out.contains("\nSET DateStyle = ISO, DMY;\nCOPY f "), out);
        assertEquals(0, wharf("sql", "-D", data(), "-At", "-c", "\\d f", "-c", "COPY f (v) TO STDOUT"), () -> err);
        assertTrue(out.startsWith("v|" + type + "|||\n") && out.contains("\n" + first + "\n"), out);
    }

    @Test
    void oneColumnTellsForAll() throws IOException {
        String csv = file("a,b,c\n1/2/2024,x,3/4/2024\n5/6/2024,y,13/4/2024\n");
        assertEquals(0, wharf("sniff", csv), () -> err);
        assertTrue(out.contains("\nDate order DMY: column \"c\" has \"13/4/2024\" in row 3.\n"), out);
        assertTrue(out.contains(" a      | date |      2 |     0 | all are dates, day/month/year "), out);
        // Unless the user takes it away
        assertEquals(0, wharf("sniff", csv, "--text", "c"), () -> err);
        assertTrue(out.contains("\nNothing tells day from month in column \"a\", such as 1/2/2024: it is text. --date-order "
                + "DMY or "
                + "--date-order MDY makes dates of them.\n"), out);
        assertTrue(out.contains(" a      | text |      2 |     0 | dates, but which is the day, which the month? "), out);
    }

    @Test
    void columnsThatContradictEachOther() throws IOException {
        String csv = file("a,b,c\n31/2/2024,,\n13/2/2024,31/1/2024,12/31/2024\n14/2/2024,30/1/2024,12/30/2024\n");
        assertEquals(0, wharf("sniff", csv), () -> err);
        assertTrue(out.contains("\nThe dates of columns \"b\", \"c\" do not have day and month in the same order: they are "
                + "text."),
                () -> out);
        assertEquals(0, wharf("sniff", csv, "--date-order", "mdy", "--header"), () -> err);
        assertTrue(out.contains("\nDate order MDY, as you said.\n"), out);
        assertTrue(out.contains(" b      | text |      2 |     1 | not month/day/year: \"31/1/2024\" in row 3 "), out);
        assertTrue(out.contains(" c      | date |      2 |     1 | all are dates, month/day/year "), out);
        assertTrue(out.contains(" --header --date-order MDY\n"), out);
        String both = file("a,b\n31/1/2024,1\n12/31/2024,2\n");
        assertEquals(0, wharf("sniff", both, "--header"), () -> err);
        assertTrue(out.contains(" a      | text    |      2 |     0 | row 3: \"12/31/2024\" among dates, day and month in "
                + "another "
                + "order "), out);
    }

    @Test
    void whatNothingTellsIsSaidAndTheUserDecides() throws IOException {
        String csv = file("day,n\n1/2/2024,1\n3/4/2024,2\n");
        assertEquals(0, wharf("load", "-D", data(), csv), () -> err);
        assertTrue(out.contains("NOTICE:  Nothing tells day from month in column \"day\", such as 1/2/2024: it is text."), out);
        assertEquals(0, wharf("load", "-D", data(), csv, "--table", "t", "--date-order", "DMY"), () -> err);
        assertEquals(0, wharf("load", "-D", data(), csv, "--table", "t", "--date-order", "MDY"), () -> err);
        assertFalse(out.contains("SET"), out);
        assertEquals(0, wharf("sql", "-D", data(), "-c", "COPY t TO STDOUT"), () -> err);
        assertEquals("2024-02-01\t1\n2024-04-03\t2\n2024-01-02\t1\n2024-03-04\t2\n", out);
        assertEquals(2, wharf("sniff", csv, "--date-order", "DYM"));
        assertTrue(err.contains("--date-order must be DMY, MDY or YMD: \"DYM\""), err);
    }

    @Test
    void aTableThatExistsGoesByTheSetting() throws IOException {
        String csv = file("day\n31/12/2024\n");
        assertEquals(0, wharf("init", "-D", data()), () -> err);
        assertEquals(0, wharf("sql", "-D", data(), "-c", "CREATE TABLE t (day date)"), () -> err);
        assertEquals(1, wharf("load", "-D", data(), csv, "--table", "t"));
        assertTrue(err.contains("Dates in digits are read as month/day/year: load with --date-order DMY, or load the column as "
                + "text.\n"), err);
        assertEquals(0, wharf("load", "-D", data(), csv, "--table", "t", "--date-order", "DMY"), () -> err);
        Files.writeString(Path.of(data(), "wharf.conf"), "datestyle = 'iso, dmy'\n");
        assertEquals(0, wharf("load", "-D", data(), csv, "--table", "t"), () -> err);
        assertEquals(1, wharf("load", "-D", data(), csv, "--table", "t", "--date-order", "YMD"));
        assertTrue(err.contains("Dates in digits are read as year/month/day: load with --date-order DMY, or"), err);
        assertEquals(0, wharf("sql", "-D", data(), "-c", "COPY t TO STDOUT"), () -> err);
        assertEquals("2024-12-31\n2024-12-31\n", out);
    }

    @Test
    void sniffTakesPatterns() throws IOException {
        Files.writeString(folder.resolve("1.csv"), "a,1\n");
        Files.writeString(folder.resolve("2.csv"), "b,2\n");
        assertEquals(0, wharf("sniff", "--json", folder.resolve("?.csv").toString()), () -> err);
        assertEquals(2, out.lines().count(), out);
        assertEquals(1, wharf("sniff", folder.resolve("?.tsv").toString()));
        assertTrue(err.startsWith("ERROR:  no file matches "), err);
    }
}
