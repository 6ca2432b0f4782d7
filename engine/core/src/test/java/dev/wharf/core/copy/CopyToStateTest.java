package dev.wharf.core.copy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.PgError;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.PgType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A COPY TO driven by a program; and the two together, from one form to another. */
class CopyToStateTest {
    private static final List<Column> COLUMNS = List.of(new Column("a", PgType.of(PgType.Kind.INT8), false),
            new Column("b,", PgType.of(PgType.Kind.TEXT), false));
    private static final CopyFormatOptions CSV = new CopyFormatOptions(CopyFormatOptions.Header.TRUE, (byte) ',', (byte) '"',
            (byte) '"', "");
    private static final CopyFormatOptions BINARY = options(CopyFormatOptions.Format.BINARY, PgEncoding.UTF8);

    private static CopyFormatOptions options(CopyFormatOptions.Format format, PgEncoding encoding) {
        CopyFormatOptions text = CopyFormatOptions.TEXT;
        return new CopyFormatOptions(format, text.header(), 0, text.delimiter(), text.quote(), text.escape(),
                text.nullPrint(), null, text.forceQuote(), text.forceNotNull(), text.forceNull(), encoding, false, false,
                text.errors(), text.settings());
    }

    private static CopyFromState from(byte[] bytes, CopyFormatOptions options) {
        return CopyFromState.beginCopyFrom("t", COLUMNS,
                new CopyInput.Data(Channels.newChannel(new ByteArrayInputStream(bytes))::read), options);
    }

    private static byte[] convert(byte[] bytes, CopyFormatOptions from, CopyFormatOptions to, long rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CopyFromState source = from(bytes, from);
                CopyToState target = CopyToState.beginCopyTo(COLUMNS, Channels.newChannel(out), to)) {
            assertEquals(rows, target.doCopyTo(source));
            assertEquals(target.endCopyTo(), out.size());
        }
        return out.toByteArray();
    }

    @Test
    void rowsOfTheProgram() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Datum[] row = {new Datum(), new Datum()};
        row[0].lo = -5;
        byte[] text = "x\n\"".getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, row[1].reserve(text.length), 0, text.length);
        row[1].length = text.length;
        try (CopyToState copy = CopyToState.beginCopyTo(COLUMNS, Channels.newChannel(out), CSV)) {
            copy.copyOneRowTo(row, new boolean[] {false, false});
            copy.copyOneRowTo(row, new boolean[] {false, true});
            assertThrows(IllegalArgumentException.class, () -> copy.copyOneRowTo(row, new boolean[1]));
            assertEquals(2, copy.rows());
            copy.endCopyTo();
        }
        assertEquals("a,\"b,\"\n-5,\"x\n\"\"\"\n-5,\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void fromOneFormToAnotherAndBack() throws IOException {
        StringBuilder csv = new StringBuilder("a,\"b,\"\n");
        int rows = 30_000;
        for (int i = 0; i < rows; i++) {
            csv.append(i - 7).append(i % 3 == 0 ? "," : i % 3 == 1 ? ",\"\""
                    : ",\"é\n\"\"" + "y".repeat(i % 300) + "\"").append('\n');
        }
        byte[] bytes = csv.toString().getBytes(StandardCharsets.UTF_8);
        byte[] binary = convert(bytes, CSV, BINARY, rows);
        assertArrayEquals("PGCOPY\n".getBytes(StandardCharsets.US_ASCII), java.util.Arrays.copyOf(binary, 7));
        CopyFormatOptions latin1 = options(CopyFormatOptions.Format.TEXT, PgEncoding.LATIN1);
        byte[] text = convert(binary, BINARY, latin1, rows);
        assertTrue(new String(text, StandardCharsets.ISO_8859_1).contains("\té\\n\"y"));
        assertArrayEquals(bytes, convert(text, latin1, CSV, rows));
    }

    @Test
    void errors() throws IOException {
        byte[] binary = convert("1,x\n2,y\n".getBytes(StandardCharsets.UTF_8), CopyFormatOptions.CSV, BINARY, 2);
        try (CopyFromState cut = from(java.util.Arrays.copyOf(binary, binary.length - 4), BINARY)) {
            assertTrue(cut.nextCopyFrom());
            PgError e = assertThrows(PgError.class, cut::nextCopyFrom);
            assertEquals("unexpected EOF in COPY data", e.getMessage());
            assertEquals("COPY t, line 2, column b,", e.context());
            assertThrows(IllegalStateException.class, cut::copyReadLine);
        }
        try (CopyFromState whole = from(binary, BINARY)) {
            assertTrue(whole.nextCopyFrom());
            assertTrue(whole.nextCopyFrom());
            assertEquals("y", whole.text(1));
            assertFalse(whole.nextCopyFrom());
            assertFalse(whole.nextCopyFrom());
        }
        CopyFormatOptions latin1 = options(CopyFormatOptions.Format.TEXT, PgEncoding.LATIN1);
        PgError untranslatable = assertThrows(PgError.class,
                () -> convert("1,\u20ac\n".getBytes(StandardCharsets.UTF_8), CopyFormatOptions.CSV, latin1, 1));
        assertEquals("22P05", untranslatable.sqlState());
    }
}
