package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How {@code wharf sniff} says that a file is cut, and in what encoding it is; {@code wharf load} has to cut it so. */
class SniffDialectTest {
    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("f.csv"), text.replace("\\n", "\n"));
    }

    private static String sniff(int exit, Path file, String... options) {
        String[] words = new String[options.length + 2];
        words[0] = "sniff";
        words[1] = file.toString();
        System.arraycopy(options, 0, words, 2, options.length);
        CommandRun run = CommandRun.of("", words);
        assertEquals(exit, run.exit(), run::err);
        return run.out();
    }

    private static Map<?, ?> json(int exit, Path file) {
        return (Map<?, ?>) JsonParser.parse(sniff(exit, file, "--json").strip());
    }

    /** Runs the command that sniff printed, and gives the table's rows with its names. */
    private String load(Path file, Map<?, ?> sniffed) {
        String command = (String) sniffed.get("load");
        assertTrue(command.startsWith("wharf load " + file), command);
        String data = folder.resolve("data").toString();
        String options = command.substring(("wharf load " + file).length()).strip();
        CommandRun run = CommandRun.of("", ("load -D " + data + " " + file + " " + options).strip().split(" "));
        assertEquals(0, run.exit(), run::err);
        return CommandRun.of("", "sql", "-D", data, "-c", "COPY f TO STDOUT (FORMAT csv, HEADER)").out();
    }

    /** Each is said as load does it. */
    @ParameterizedTest
    @CsvSource(delimiter = '^', quoteCharacter = '`', textBlock = """
            a,b\\n1,"x\\"y"\\n2,"u,v"\\n    ^ , ^ " ^ \\ ^ 0 ^ a,b\\n1,"x""y"\\n2,"u,v"\\n
            a,b\\n1,'a,b'\\n2,'it''s'\\n     ^ , ^ ' ^ ' ^ 0 ^ a,b\\n1,"a,b"\\n2,it's\\n
            a,b\\n1,'it\\'s, so'\\n          ^ , ^ ' ^ \\ ^ 0 ^ a,b\\n1,"it's, so"\\n
            a,b\\n1,it's\\n2,'n' roll\\n     ^ , ^ " ^ " ^ 0 ^ a,b\\n1,it's\\n2,'n' roll\\n
            a,b\\n1,"C:\\"\\n2,"D:\\"\\n     ^ , ^ " ^ " ^ 0 ^ a,b\\n1,C:\\\\n2,D:\\\\n
            a|b\\n1|2,5\\n3|"4"\\n           ^ | ^ " ^ " ^ 0 ^ a,b\\n1,"2,5"\\n3,4\\n
            sep=;\\na;b\\n1;"2,5"\\n         ^ ; ^ " ^ " ^ 1 ^ a,b\\n1,"2,5"\\n
            sep=;\\n\\na;b\\n1;2\\n          ^ ; ^ " ^ " ^ 2 ^ a,b\\n1,2\\n
            \\n\\na|b\\n1|2\\n               ^ | ^ " ^ " ^ 2 ^ a,b\\n1,2\\n
            sep=:\\n1:2\\n3:4\\n             ^ : ^ " ^ " ^ 1 ^ column1,column2\\n1,2\\n3,4\\n
            a\\n1\\n\\n2\\n                  ^ , ^ " ^ " ^ 0 ^ a\\n1\\n\\n2\\n
            """)
    void dialects(String text, String delimiter, String quote, String escape, int skipped, String rows) throws IOException {
        Path csv = file(text);
        Map<?, ?> json = json(0, csv);
        assertEquals(List.of(delimiter, quote, escape, (long) skipped),
                List.of(json.get("delimiter"), json.get("quote"), json.get("escape"), json.get("skipped_lines")));
        String words = sniff(0, csv);
        assertTrue(words.contains("\nQuote " + Dialect.name(quote.charAt(0)) + ": " + json.get("quote_because") + ".\nEscape "
                + Dialect.name(escape.charAt(0)) + ": " + json.get("escape_because") + ".\n"), words);
        assertTrue(words.contains("\nTo load it so:     " + json.get("load") + "\nTo have it other:  --delimiter C, --quote C, "
                + "--escape C, --header, --no-header, --encoding E, "), words);
        assertEquals(rows.replace("\\n", "\n"), load(csv, json));
    }

    @Test
    void whatTheUserSaysIsSo() throws IOException {
        Path csv = file("a,b\\n1,'x\\n");
        String words = sniff(0, csv, "--quote", "\"", "--escape", "\\");
        assertTrue(words.contains("\nQuote '\"', as you said.\nEscape '\\', as you said.\n"), words);
        assertTrue(words.contains("wharf load " + csv + " --quote '\"' --escape '\\'\n"), words);
        assertEquals(2, CommandRun.of("", "sniff", csv.toString(), "--quote", ",", "--delimiter", ",").exit());
        assertEquals(2, CommandRun.of("", "sniff", csv.toString(), "--escape", "xx").exit());
    }

    /** A line that is empty decides nothing, and is told: load ends there. */
    @Test
    void emptyLines() throws IOException {
        Path csv = file("a|b\\n1|2\\n\\n3|4\\n");
        Map<?, ?> json = json(0, csv);
        assertEquals("|", json.get("delimiter"));
        assertEquals(List.of("1 row without 2 fields, the first is row 3, which is empty: COPY refuses it."), json.get("notes"));
        CommandRun run = CommandRun.of("", "load", "-D", folder.resolve("data").toString(), csv.toString());
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("COPY f, line 3"), run.err());
    }

    @Test
    void aQuoteThatIsNotClosed() throws IOException {
        Path csv = file("a,b\\n1,2\\n1,\"unterminated\\n2,3\\n");
        String words = sniff(0, csv);
        assertTrue(words.contains(": looked at the first 2 rows.\nDelimiter ',': with it 100 % of the rows before a quote that "
                + "is not closed have 2 fields.\n"), words);
        assertTrue(words.contains("\nWARNING: the quote that opens in line 3 is not closed: COPY refuses the file.\n"), words);
        assertEquals(false, json(0, csv).get("whole_file"));
        csv = file("a,b\\n1,2\\n1,5\" disk\\n2,\"x\"\\n");
        assertEquals(List.of("WARNING: the quote that opens in line 4 is not closed: COPY refuses the file. A quote in line 3 "
                + "stands inside a field, where it does not belong."), json(0, csv).get("notes"));
        CommandRun none = CommandRun.of("", "sniff", file("\"a\\n").toString());
        assertTrue(none.err().contains("the quote that opens in line 1 is not closed"), none.err());
    }

    @Test
    void aByteOrderMark() throws IOException {
        Path csv = file("\ufeffid,name\\n1,a\\n");
        Map<?, ?> json = json(0, csv);
        assertEquals(List.of("The file begins with a UTF-8 byte order mark: skipped with the header, and not in the name."),
                json.get("notes"));
        assertEquals("id,name\n1,a\n", load(csv, json));
        String data = folder.resolve("data").toString();
        assertEquals(0, CommandRun.of("", "load", "-D", data, csv.toString(), "--table", "f").exit());
        assertEquals("2\n", CommandRun.of("", "sql", "-D", data, "-At", "-c", "COPY f TO STDOUT").out().lines().count() + "\n");
        CommandRun.of("", "sql", "-D", data, "-c", "DROP TABLE f");
        csv = file("\ufeff1,a\\n");
        json = json(0, csv);
        assertEquals(List.of("The file begins with a UTF-8 byte order mark: COPY loads it as part of the first value."),
                json.get("notes"));
        assertEquals("column1,column2\n\ufeff1,a\n", load(csv, json));
    }

    /** One table of files of which only one has a line to skip would lose a row. */
    @Test
    void filesThatDifferInWhatIsSkipped() throws IOException {
        Path one = file("sep=;\\na;b\\n1;2\\n");
        Path two = Files.writeString(folder.resolve("g.csv"), "a;b\n3;4\n");
        String data = folder.resolve("data").toString();
        CommandRun run = CommandRun.of("", "load", "-D", data, one.toString(), two.toString(), "--table", "t");
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("\"" + two + "\" does not have as many lines before its first row as \"" + one + "\""),
                run.err());
        Files.copy(one, two, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertEquals(0, CommandRun.of("", "load", "-D", data, one.toString(), two.toString(), "--table", "t").exit());
        assertEquals("1\t2\n1\t2\n", CommandRun.of("", "sql", "-D", data, "-c", "COPY t TO STDOUT").out());
    }

    @Test
    void bytesOfOtherEncodings() throws IOException {
        Path csv = folder.resolve("f.csv");
        Files.write(csv, "id,name\n1,J\u00f6rg\n".getBytes(StandardCharsets.ISO_8859_1));
        Map<?, ?> json = json(0, csv);
        assertEquals("WIN1252", json.get("encoding"));
        String words = sniff(0, csv);
        assertTrue(words.contains("\nNot UTF-8: line 2 has 0xf6 0x72 0x67 0x0a. It is likely WIN1252: "), words);
        assertTrue(words.contains("wharf load " + csv + " --encoding WIN1252\n"), words);
        CommandRun run = CommandRun.of("", "load", "-D", folder.resolve("data").toString(), csv.toString());
        assertEquals(1, run.exit());
        assertTrue(run.err().startsWith("ERROR:  invalid byte sequence for encoding \"UTF8\": 0xf6 0x72 0x67 0x0a\nDETAIL:  Line "
                + "2 of \"" + csv + "\" is not UTF-8.\nHINT:  It is likely WIN1252: "), run.err());
        assertEquals("id,name\n1,J\u00f6rg\n", load(csv, json));
    }

    @ParameterizedTest
    @CsvSource({"UTF-16,UTF-16", "UTF-16LE,UTF-16LE", "UTF-16BE,UTF-16BE", "UTF-32LE,UTF-32LE", "UTF-32BE,UTF-32BE",
        "x-UTF-16LE-BOM,UTF-16", "X-UTF-32LE-BOM,UTF-32"})
    void unicodeThatHasToBeConverted(String charset, String name) throws IOException {
        Path csv = folder.resolve("f.csv");
        Files.write(csv, "id,name\n1,J\u00f6rg\n".getBytes(charset));
        assertEquals(name, json(1, csv).get("encoding"));
        String words = sniff(1, csv);
        assertTrue(words.contains("Not UTF-8: line 1 has 0x") && words.contains("iconv -f " + name + " -t UTF-8 FILE"), words);
        assertEquals(1, CommandRun.of("", "load", "-D", folder.resolve("data").toString(), csv.toString()).exit());
    }

    @Test
    void whatIsNoText() throws IOException {
        byte[] noise = new byte[5000];
        new java.util.Random(7).nextBytes(noise);
        Path csv = Files.write(folder.resolve("f.csv"), noise);
        assertTrue(sniff(1, csv).contains("It does not look like text: "));
        Map<?, ?> json = json(1, csv);
        assertTrue(json.containsKey("load") && json.get("load") == null);
        assertTrue(sniff(1, file("a,b\\n1,\0\\n")).contains("Not UTF-8: line 2 has 0x00. It does not look like text"));
        Files.write(csv, new byte[] {'a', ',', (byte) 0x81, '\n'});
        assertTrue(sniff(1, csv).contains("It is not WIN1252, either; it may be text in an encoding that has to be named"));
    }

    /** A character that the end of the sample cuts is none that is wrong. */
    @Test
    void aCharacterThatTheSampleCuts() throws IOException {
        int sample = 10 << 20;
        for (int cut = 1; cut < 3; cut++) {
            String first = "y".repeat((sample - ",y\nx,".length() - cut) % "x,...\n".length());
            Path csv = file(first + ",y\n" + "x,\u20ac\n".repeat(2_000_000));
            assertEquals("\u20ac".getBytes(StandardCharsets.UTF_8)[cut], Files.readAllBytes(csv)[sample]);
            assertEquals("UTF8", json(0, csv).get("encoding"));
        }
    }

    /** Such a file says that it has no bytes. */
    @Test
    void aFileWithoutSize() {
        Path version = Path.of("/proc/version");
        String words = sniff(0, version);
        assertTrue(words.startsWith("\"/proc/version\", ") && !words.contains(", 0 bytes") && words.contains("all 1 row"), words);
        CommandRun run = CommandRun.of("", "load", "-D", folder.resolve("data").toString(), "/proc/version");
        assertEquals(0, run.exit(), run::err);
        assertTrue(run.out().contains("COPY 1: "), run.out());
    }
}
