package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code wharf load} adds to PostgreSQL's errors; and that COPY itself adds nothing. */
class LoadAdviceTest {
    @TempDir
    private Path folder;
    private String err;

    private int wharf(String... args) {
        CommandRun run = CommandRun.of("", args);
        err = run.err();
        return run.exit();
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    @BeforeEach
    void init() {
        assertEquals(0, wharf("init", "-D", data()));
        assertEquals(0, wharf("sql", "-D", data(), "-c",
                "create table t (id int, price numeric(5,2), day date, ok boolean, code varchar(3))"));
    }

    private String load(String text, String... options) throws IOException {
        Path file = Files.writeString(folder.resolve("t.csv"), text);
        String[] args = new String[options.length + 6];
        System.arraycopy(new String[] {"load", "-D", data(), "--table", "t", file.toString()}, 0, args, 0, 6);
        System.arraycopy(options, 0, args, 6, options.length);
        assertEquals(1, wharf(args), err);
        return err;
    }

    private void advises(String text, String detail, String hint) throws IOException {
        String said = load(text, "--no-header", "--delimiter", ",");
        assertTrue(said.contains("\nDETAIL:  " + detail + "\n"), said);
        assertTrue(hint == null ? !said.contains("HINT") : said.contains("\nHINT:  " + hint), said);
    }

    @Test
    void fieldsThatAreMissingOrTooMany() throws IOException {
        advises("1,2,2024-01-01,t,abc\n1,2\n", "Expected 5 fields (id, price, day, ok, code), found 2 fields.", "The row ends "
                + "early");
        advises("1,2,2024-01-01,t,a,b\n", "Expected 5 fields (id, price, day, ok, code), found 6 fields.",
                "A field that holds \",\" must be in quotes");
        advises("1;2;2024-01-01;t;abc\n", "Expected a whole number from -2147483648 to 2147483647, found "
                + "\"1;2;2024-01-01;t;abc\".",
                "The line looks as if fields were separated by \";\": load with --delimiter ';'.");
        assertEquals(0, wharf("sql", "-D", data(), "-c", "create table words (a text, b text)"));
        Path file = Files.writeString(folder.resolve("w.csv"), "x|y\n");
        assertEquals(1, wharf("load", "-D", data(), "--table", "words", file.toString(), "--no-header", "--delimiter", ","));
        assertTrue(err.contains("\nDETAIL:  Expected 2 fields (a, b), found 1 field.\nHINT:  The line looks as if fields were "
                + "separated by \"|\": load with --delimiter '|'.\n"), err);
        advises("\n", "Expected 5 fields (id, price, day, ok, code), found 1 field.", "The line is empty");
        advises("1,2,2024-01-01,t,\"" + "a,".repeat(60) + "\",\"b\n\"\n",
                "Expected 5 fields (id, price, day, ok, code), found more.", "A field");
    }

    @Test
    void valuesThatTheirTypeRefuses() throws IOException {
        advises("12.5,2,2024-01-01,t,abc\n", "Expected a whole number from -2147483648 to 2147483647, found \"12.5\".",
                "It has decimals: make the column numeric.");
        advises("3000000000,2,2024-01-01,t,abc\n", "Expected a whole number from -2147483648 to 2147483647, found "
                + "\"3000000000\".",
                "Make the column bigint, or numeric.");
        advises("N/A,2,2024-01-01,t,abc\n", "Expected a whole number from -2147483648 to 2147483647, found \"N/A\".",
                "It looks like a missing value: COPY ... (NULL 'N/A') takes it for NULL.");
        advises("\"\",2,2024-01-01,t,abc\n", "Expected a whole number from -2147483648 to 2147483647, found an empty string.",
                "Only an empty field without quotes is NULL: COPY ... (FORCE_NULL (id))");
        advises("id,2,2024-01-01,t,abc\n", "Expected a whole number from -2147483648 to 2147483647, found \"id\".",
                "The first line looks like names: load with --header.");
        advises("1,$2,2024-01-01,t,abc\n", "Expected a number of at most 3 digits before the point and 2 behind it, found "
                + "\"$2\".",
                "It looks like a number with a unit");
        advises("1,\"1,234\",2024-01-01,t,abc\n",
                "Expected a number of at most 3 digits before the point and 2 behind it, found \"1,234\".",
                "It looks like a number with separators");
        advises("1,2,31.12.2024,t,abc\n", "Expected a date, such as 2024-01-31, found \"31.12.2024\".",
                "Perhaps you need a different \"DateStyle\" setting.\nDates in digits are read as month/day/year");
        advises("1,2,2024-01-01,maybe,abc\n", "Expected true, false, yes, no, on, off, 1 or 0, found \"maybe\".", null);
        advises("1,2,2024-01-01,t,abcd\n", "Expected at most 3 characters, found \"abcd\".", "Make the column wider, or text.");
    }

    @Test
    void filesThatAreNotWhatTheyShouldBe() throws IOException {
        advises("1,2,2024-01-01,t,\"abc\n", "Expected a closing quote, found the end of the file.", "A quote opens a field");
        Path file = folder.resolve("t.csv");
        Files.write(file, "1,2,2024-01-01,t,\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(1, wharf("load", "-D", data(), "--table", "t", file.toString(), "--no-header", "--delimiter", ","));
        assertTrue(err.contains("\nDETAIL:  Expected UTF-8, found bytes that are not.\nHINT:  The file may be in another "
                + "encoding"), err);
    }

    @Test
    void copyItselfSaysWhatPostgresSays() throws IOException {
        Path file = Files.writeString(folder.resolve("t.csv"), "1,2\n");
        assertEquals(1, wharf("sql", "-D", data(), "-c", "copy t from '" + file + "' csv"));
        assertEquals("ERROR:  missing data for column \"day\"\nCONTEXT:  COPY t, line 1: \"1,2\"\n", err);
    }
}
