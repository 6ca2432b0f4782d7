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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** COPY FROM and TO in other encodings than UTF-8: rows, bytes and errors as in PostgreSQL. */
class CopyEncodingTest extends CopyPairTest {
    private static final List<Mode> MODES = List.of(Mode.SERIAL, new Mode(0, true, 1), new Mode(2, false, 7),
            new Mode(1, true, 20));

    /** Second bytes that are a backslash, a delimiter, a letter; line ends in quotes. */
    @ParameterizedTest
    @CsvSource({"LATIN1, ISO-8859-1, é,ÿ", "win1252, windows-1252, €,“”", "'ISO 8859-5', ISO-8859-5, Ж,яя",
        "KOI8, KOI8-R, Ж,яя", "WIN1251, windows-1251, Ж,яя", "SJIS, windows-31j, 表,ソポ", "gbk, x-mswin-936, 乗,亅",
        "GB18030, GB18030, 乗,㐀", "UHC, x-windows-949, 똠,갂", "EUC_KR, EUC-KR, 가,나", "BIG5, Big5, 功,許", "EUC_JP, EUC-JP, 表,ｱソ",
        "SHIFT_JIS_2004, Shift_JIS, 表,ソポ", "EUC_TW, x-EUC-TW, 一,乙", "EUC_JIS_2004, EUC-JP, 表,ｱソ"})
    void bothWays(String encoding, String charset, String a, String b) throws IOException, SQLException {
        String options = "DELIMITER '|', HEADER MATCH, ENCODING '" + encoding + "'";
        pair.createTable("a int, \"b" + a + "\" text");
        bothWays("FORMAT csv, " + options, ("a|b" + a + "\n1|" + a + "\n2|\"" + b + "\n\"\"" + a + "|" + b + "\"\n|" + b + "x\n3|"
                + (a + b).repeat(50) + "\n").getBytes(Charset.forName(charset)));
        bothWays("FORMAT text, " + options, ("a|b" + a + "\n1|" + a + "\n2|" + b + "\\\n\\t" + a + "\\|" + b + "\n\\N|" + b
                + "\\\\\n3|" + (a + b).repeat(50) + "\n").getBytes(Charset.forName(charset)));
    }

    private static void bothWays(String options, byte[] data) throws IOException, SQLException {
        pair.write(data);
        Outcome expected = pair.loadPostgres("", options);
        assertNull(expected.failure(), expected::toString);
        String out = "COPY t TO STDOUT (" + options.replace(" MATCH", "") + ")";
        for (Mode mode : MODES) {
            pair.write(data);
            assertEquals(expected.toString(), pair.loadWharf("", options, mode).toString(), mode::toString);
            assertArrayEquals(pair.copyOutPostgres(out), pair.copyOutWharf(out, mode));
            assertEquals(expected.toString(), pair.sendWharf(Channels.newChannel(new ByteArrayInputStream(data))::read, "",
                    options, mode).toString(), mode::toString);
            pair.write(CopyCompressedTest.Format.GZIP.compress(data));
            assertEquals(expected.toString(), pair.loadWharf("", options, mode).toString(), mode::toString);
            pair.wharf("COPY t TO " + SampleData.quote(pair.file()) + " (" + options.replace(" MATCH", "") + ")");
            assertArrayEquals(pair.copyOutPostgres(out), Files.readAllBytes(pair.file()));
        }
    }

    /** Bytes that are no character, or none of Unicode's, in hex among the rows. */
    @ParameterizedTest
    @ValueSource(strings = {"WIN1252 332c81", "WIN1252 33782c81", "LATIN1 332c00", "WIN1252 81", "WIN1252 332c220a0a8d",
        "WIN1257 332ca1", "UTF8 332ce9", "LATIN3 332ca5", "SJIS 332c8120", "SJIS 332c83",
        "EUC_KR 332c8f41", "SJIS 332cf040", "BIG5 332ca1", "BIG5 332c80", "BIG5 332c8120", "EUC_JP 332c8f", "EUC_JP 332c8fa1",
        "EUC_TW 332c8ea1", "EUC_TW 332c8ea8a1a1", "EUC_JIS_2004 332c8ee0", "SHIFT_JIS_2004 332cfd40", "MULE_INTERNAL 332c81"})
    void bad(String row) throws IOException, SQLException {
        String encoding = row.substring(0, row.indexOf(' '));
        String bad = new String(java.util.HexFormat.of().parseHex(row.substring(row.indexOf(' ') + 1)),
                StandardCharsets.ISO_8859_1);
        pair.createTable("a int, b text");
        for (String eol : List.of("\n", "\r\n", "\r")) {
            for (String text : List.of("1,a\n2,b\n" + bad + "\n4,c\n", "1,\"\n\"\n" + bad, bad + "\n5,d\n",
                    "x,a\n" + bad + "\n")) {
                pair.write(text.replace("\n", eol).getBytes(StandardCharsets.ISO_8859_1));
                for (String format : List.of("FORMAT csv", "FORMAT text, DELIMITER ','")) {
                    String options = format + ", ENCODING '" + encoding + "'";
                    Outcome expected = pair.loadPostgres("", options);
                    assertNotNull(expected.failure());
                    for (Mode mode : MODES) {
                        assertEquals(expected.toString(), pair.loadWharf("", options, mode).toString(),
                                () -> text + options + mode);
                    }
                }
            }
        }
    }

    /** Characters of two code points, and such as become ASCII ones. */
    @ParameterizedTest
    @CsvSource({"EUC_JIS_2004, text", "EUC_JIS_2004, csv", "SHIFT_JIS_2004, text", "SHIFT_JIS_2004, csv"})
    void twoCodePoints(String encoding, String format) throws IOException, SQLException {
        pair.createTable("a int, b text");
        byte[] data = ("1,か゚きく゚\n2,\"か\"\n3," + (encoding.startsWith("S") ? "a¥b‾c\n" : "a\n")).getBytes(StandardCharsets.UTF_8);
        pair.write(data);
        pair.loadPostgres("", "FORMAT csv");
        for (Mode mode : MODES) {
            pair.write(data);
            pair.loadWharf("", "FORMAT csv", mode);
            String out = "COPY t TO STDOUT (FORMAT " + format + ", ENCODING '" + encoding + "'" + (format.equals("text")
                    ? ", DELIMITER '~'" : "") + ")";
            byte[] written = pair.copyOutPostgres(out);
            assertArrayEquals(written, pair.copyOutWharf(out, mode));
            if (encoding.startsWith("E")) {
                bothWays("FORMAT " + format + ", ENCODING '" + encoding + "'",
                        pair.copyOutPostgres(out.replace(", DELIMITER '~'", "")));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"LATIN1, €", "WIN1252, Ж", "KOI8R, 😀", "LATIN9, ¤", "LATIN6, €", "EUC_JIS_2004, \u309A",
        "BIG5, 😀", "MULE_INTERNAL, x"})
    void notInTheEncoding(String encoding, String character) throws IOException, SQLException {
        pair.createTable("a int, b text");
        pair.write(("1,a\n2," + character + "\n").getBytes(StandardCharsets.UTF_8));
        pair.loadPostgres("", "");
        pair.loadWharf("", "", Mode.SERIAL);
        String sql = "COPY t TO STDOUT (FORMAT csv, ENCODING '" + encoding + "')";
        String expected = postgresFailure(sql);
        for (Mode mode : MODES) {
            assertEquals(expected, wharfFailure(sql, mode));
        }
    }

    /** Whoever writes the rows behind is at their error before the others are at the first. */
    @Test
    void firstInRowOrder() throws IOException, SQLException {
        pair.createTable("a int, b text");
        for (String rows : List.of("1,a long text\n".repeat(30_000) + "1,😀\n", "2,€\n", "3,Ж\n")) {
            pair.write(rows.getBytes(StandardCharsets.UTF_8));
            pair.postgres("COPY t FROM " + SampleData.quote(pair.file()) + " (FORMAT csv)");
            pair.wharf("COPY t FROM " + SampleData.quote(pair.file()) + " (FORMAT csv)");
        }
        pair.startWorkers(2);
        String expected = postgresFailure("COPY t TO STDOUT (ENCODING 'LATIN1')");
        for (int round = 0; round < 20; round++) {
            Mode mode = new Mode(1 + round % 2, round % 3 > 0, 1);
            assertEquals(expected, wharfFailure("COPY t TO STDOUT (ENCODING 'LATIN1')", mode), mode::toString);
            assertEquals(expected, wharfFailure("COPY t TO " + SampleData.quote(pair.file()) + " (ENCODING 'LATIN1')", mode),
                    mode::toString);
        }
    }

    private static String postgresFailure(String sql) {
        return PostgresOracle.Failure.of(assertThrows(SQLException.class, () -> pair.copyOutPostgres(sql))).toString();
    }

    private static String wharfFailure(String sql, Mode mode) {
        PgError e = assertThrows(PgError.class, () -> pair.copyOutWharf(sql, mode));
        return new PostgresOracle.Failure(e.sqlState(), e.getMessage(), e.detail(), e.hint(), e.context(), e.position())
                .toString();
    }
}
