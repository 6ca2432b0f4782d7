package dev.wharf.core.copy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.error.PgError;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.types.PgType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A COPY FROM driven by a program, without a table. */
class CopyFromStateTest {
    private static final List<Column> COLUMNS = List.of(new Column("a", PgType.of(PgType.Kind.INT4), true),
            new Column("b", PgType.of(PgType.Kind.TEXT), false));
    private static final CopyFormatOptions HEADER = new CopyFormatOptions(CopyFormatOptions.Header.MATCH, (byte) ',', (byte) '"',
            (byte) '"', "");

    @TempDir
    private Path folder;

    private static CopyInput data(String text) {
        return new CopyInput.Data(Channels.newChannel(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))::read);
    }

    private static CopyFromState begin(String text, CopyFormatOptions options) {
        return CopyFromState.beginCopyFrom("t", COLUMNS, data(text), options);
    }

    @Test
    void rowsAreTyped() {
        try (CopyFromState copy = begin("a,b\n1,x\n-7,\"y\n,\"\"z\"\n+3,\n", HEADER)) {
            assertTrue(copy.nextCopyFrom());
            assertEquals(1, copy.values()[0].lo);
            assertEquals("x", copy.text(1));
            assertEquals(2, copy.curLineno());
            assertTrue(copy.nextCopyFrom());
            assertEquals("-7", copy.text(0));
            assertEquals("y\n,\"z", copy.text(1));
            assertEquals(4, copy.curLineno());
            assertTrue(copy.nextCopyFrom());
            assertEquals("3", copy.text(0));
            assertArrayEquals(new boolean[] {false, true}, copy.nulls());
            assertNull(copy.text(1));
            assertFalse(copy.nextCopyFrom());
            assertFalse(copy.nextCopyFrom());
            copy.endCopyFrom();
        }
    }

    /** The program still runs: it is killed, which is no error, and a second end does nothing. */
    @Test
    void mayEndBeforeItsProgram() {
        try (CopyFromState copy = CopyFromState.beginCopyFrom("t", List.of(new Column("a", PgType.of(PgType.Kind.INT4), false)),
                new CopyInput.ShellCommand("yes 1", Path.of(".")), CopyFormatOptions.CSV)) {
            assertThrows(IllegalStateException.class, () -> copy.text(0));
            assertTrue(copy.nextCopyFrom());
            assertEquals("1", copy.text(0));
            copy.endCopyFrom();
            assertThrows(IllegalStateException.class, () -> copy.text(0));
            assertThrows(IllegalStateException.class, copy::values);
        }
    }

    @Test
    void rawFieldsNeedNoColumns() {
        try (CopyFromState copy = CopyFromState.beginCopyFrom("anything", List.of(), data("1\t\\N\ta\\tb\n\nlast"),
                CopyFormatOptions.TEXT)) {
            assertEquals(Arrays.asList("1", null, "a\tb"), copy.nextCopyFromRawFields());
            assertEquals("1\t\\N\ta\\tb", copy.line());
            assertEquals(List.of(""), copy.nextCopyFromRawFields());
            assertTrue(copy.copyReadLine());
            assertEquals("last", copy.line());
            assertEquals(List.of("last"), copy.copyReadAttributes());
            assertNull(copy.nextCopyFromRawFields());
            assertThrows(IllegalStateException.class, copy::line);
        }
    }

    @Test
    void whatFollowsAnErrorCanBeRead() {
        try (CopyFromState copy = begin("1,a\nx,b\n2\n3,c\n", CopyFormatOptions.CSV)) {
            assertTrue(copy.nextCopyFrom());
            PgError bad = assertThrows(PgError.class, copy::nextCopyFrom);
            assertEquals("invalid input syntax for type integer: \"x\"", bad.getMessage());
            assertEquals("COPY t, line 2, column a: \"x\"", bad.context());
            PgError missing = assertThrows(PgError.class, copy::nextCopyFrom);
            assertEquals("missing data for column \"b\"", missing.getMessage());
            assertEquals("COPY t, line 3: \"2\"", missing.context());
            assertTrue(copy.nextCopyFrom());
            assertEquals("c", copy.text(1));
        }
    }

    @Test
    void badRowsAreLeftOutUpToTheLimit() {
        CopyErrorHandling ignore = new CopyErrorHandling(CopyErrorHandling.OnError.IGNORE,
                CopyErrorHandling.LogVerbosity.DEFAULT, 2, null);
        try (CopyFromState copy = begin("x,a\n1,b\ny,c\nz,d\n", CopyFormatOptions.CSV.withErrors(ignore))) {
            assertTrue(copy.nextCopyFrom());
            assertEquals("b", copy.text(1));
            PgError over = assertThrows(PgError.class, copy::nextCopyFrom);
            assertEquals("skipped more than REJECT_LIMIT (2) rows due to data type incompatibility", over.getMessage());
            assertEquals("COPY t, line 4, column a: \"z\"", over.context());
            assertEquals(3, copy.numErrors());
        }
    }

    @Test
    void linesLongerThanWhatIsReadAtOnce() throws IOException {
        String longField = "x".repeat(700_000);
        Path file = Files.writeString(folder.resolve("long.csv"), "1,x\n1,\"" + longField + "\n\"\n" + "2,y\n".repeat(200_000));
        CopyInput input = new CopyInput.NamedFile(file);
        try (CopyFromState copy = CopyFromState.beginCopyFrom("t", COLUMNS, input, CopyFormatOptions.CSV)) {
            assertTrue(copy.nextCopyFrom());
            assertTrue(copy.nextCopyFrom());
            assertEquals(longField + "\n", copy.text(1));
            int rows = 0;
            while (copy.nextCopyFrom()) {
                assertEquals(2, copy.values()[0].lo);
                rows++;
            }
            assertEquals(200_000, rows);
            assertEquals(200_003, copy.curLineno());
        }
    }

    @Test
    void errorsOfTheInputAreThoseOfCopy() {
        PgError header = assertThrows(PgError.class, () -> begin("b,a\n", HEADER));
        assertEquals("column name mismatch in header line field 1: got \"b\", expected \"a\"", header.getMessage());
        PgError missing = assertThrows(PgError.class, () -> CopyFromState.beginCopyFrom("t", COLUMNS,
                new CopyInput.NamedFile(folder.resolve("none")), CopyFormatOptions.CSV));
        assertEquals("58P01", missing.sqlState());
        try (CopyFromState copy = begin("1,\"open\n", CopyFormatOptions.CSV)) {
            PgError open = assertThrows(PgError.class, copy::nextCopyFrom);
            assertEquals("unterminated CSV quoted field", open.getMessage());
        }
        CopyFromState program = CopyFromState.beginCopyFrom("t", COLUMNS, new CopyInput.ShellCommand("echo 1,a; exit 3", folder),
                CopyFormatOptions.CSV);
        assertTrue(program.nextCopyFrom());
        assertFalse(program.nextCopyFrom());
        assertEquals("38000", assertThrows(PgError.class, program::endCopyFrom).sqlState());
    }
}
