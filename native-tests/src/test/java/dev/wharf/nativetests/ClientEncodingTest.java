package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wharf.core.error.PgError;
import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** COPY under SET client_encoding: what it reads and writes, and when ENCODING goes before it. */
class ClientEncodingTest extends CopyPairTest {
    private static final List<Mode> MODES = List.of(Mode.SERIAL, new Mode(0, true, 1), new Mode(2, false, 7));

    @AfterEach
    void reset() throws SQLException {
        both("RESET client_encoding");
    }

    private static void both(String sql) throws SQLException {
        pair.postgres(sql);
        pair.wharf(sql);
    }

    @ParameterizedTest
    @CsvSource({"latin-1, ISO-8859-1, é", "SJIS, windows-31j, 表", "win1251, windows-1251, Ж", "EUC_TW, x-EUC-TW, 一"})
    void bothWays(String encoding, String charset, String character) throws IOException, SQLException {
        pair.createTable("a int, \"b" + character + "\" text");
        for (String format : List.of("text", "csv")) {
            String options = "FORMAT " + format + ", DELIMITER '|', HEADER MATCH";
            byte[] data = ("a|b" + character + "\n1|" + character + "\n2|x" + character.repeat(40) + "\n")
                    .getBytes(Charset.forName(charset));
            pair.write(data);
            both("SET client_encoding = '" + encoding + "'");
            Outcome expected = pair.loadPostgres("", options);
            assertNull(expected.failure(), expected::toString);
            for (Mode mode : MODES) {
                pair.write(data);
                assertEquals(expected.toString(), pair.loadWharf("", options, mode).toString(), mode::toString);
                String program = "PROGRAM 'cat " + pair.file() + "'";
                assertEquals(expected.toString(), pair.loadWharf(program, "", options, mode).toString());
                assertEquals(expected.toString(), pair.sendWharf(Channels.newChannel(new ByteArrayInputStream(data))::read, "",
                        options, mode).toString());
                for (String more : List.of("", ", ENCODING 'UTF8'", ", ENCODING 'EUC_JIS_2004'")) {
                    writtenAlike("(" + options.replace(" MATCH", "") + more + ")", mode);
                }
            }
            pair.write(new String(data, Charset.forName(charset)).getBytes(StandardCharsets.UTF_8));
            options += ", ENCODING 'UTF8'";
            expected = pair.loadPostgres("", options);
            assertNull(expected.failure(), expected::toString);
            assertEquals(expected.toString(), pair.loadWharf("", options, Mode.SERIAL).toString());
        }
    }

    /** To the client, or the error; and to a file. */
    private static void writtenAlike(String options, Mode mode) throws IOException, SQLException {
        String sql = "COPY t TO STDOUT " + options;
        byte[] expected;
        try {
            expected = pair.copyOutPostgres(sql);
        } catch (SQLException e) {
            assertEquals(e.getSQLState(), assertThrows(PgError.class, () -> pair.copyOutWharf(sql, mode)).sqlState());
            return;
        }
        assertArrayEquals(expected, pair.copyOutWharf(sql, mode));
        pair.wharf("COPY t TO " + SampleData.quote(pair.file()) + " " + options);
        assertArrayEquals(expected, Files.readAllBytes(pair.file()));
    }

    @Test
    void notInTheEncoding() throws IOException, SQLException {
        pair.createTable("a int, b text");
        both("SET client_encoding = 'WIN1252'");
        pair.write(new byte[] {'1', ',', 'x', '\n', '2', ',', (byte) 0x81, '\n'});
        Outcome expected = pair.loadPostgres("", "");
        assertNotNull(expected.failure());
        for (Mode mode : MODES) {
            assertEquals(expected.toString(), pair.loadWharf("", "", mode).toString(), mode::toString);
        }
    }

    /** What holds no text has no encoding. */
    @Test
    void binary() throws IOException, SQLException {
        pair.createTable("a int, b text, c text[]");
        both("SET client_encoding = latin1");
        pair.write("1,x,{y}\n".getBytes(StandardCharsets.US_ASCII));
        pair.loadPostgres("", "");
        pair.loadWharf("", "", Mode.SERIAL);
        String sql = "COPY t (a) TO STDOUT (FORMAT binary)";
        assertArrayEquals(pair.copyOutPostgres(sql), pair.copyOutWharf(sql, Mode.SERIAL));
        for (String column : List.of("b", "c")) {
            PgError e = assertThrows(PgError.class,
                    () -> pair.wharf("COPY t (a, " + column + ") TO STDOUT (FORMAT binary, ENCODING 'UTF8')"));
            assertEquals("0A000 text in the binary format is not supported with client_encoding \"LATIN1\"",
                    e.sqlState() + " " + e.getMessage());
        }
    }
}
