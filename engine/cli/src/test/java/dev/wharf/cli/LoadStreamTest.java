package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code wharf load} and {@code wharf sniff} of what can be read only once, and of other encodings. */
class LoadStreamTest {
    private static final int MANY = 300_000;

    @TempDir
    private Path folder;
    private String out;
    private String err;

    private int wharf(byte[] in, String command, String... args) {
        String[] words = new String[args.length + 3];
        words[0] = command;
        words[1] = "-D";
        words[2] = folder.resolve("data").toString();
        System.arraycopy(args, 0, words, 3, args.length);
        CommandRun run = CommandRun.of(in, words);
        out = run.out();
        err = run.err();
        return run.exit();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String table() {
        assertEquals(0, wharf(new byte[0], "sql", "-c", "COPY t TO STDOUT (FORMAT csv, HEADER)"), () -> err);
        return out;
    }

    @Test
    void standardInput() {
        assertEquals(0, wharf(utf8("id;name\n1;a\n2;\"b\n\"\n"), "load", "-", "--table", "t"), () -> err);
        assertTrue(out.contains("    id integer,\n    name text\n);\nCOPY t FROM STDIN (FORMAT csv, HEADER, DELIMITER "
                + "';');"), out);
        assertEquals("id,name\n1,a\n2,\"b\n\"\n", table());
        assertEquals(0, wharf(utf8("3;c\n"), "load", "-", "--table", "t", "--delimiter", ";"), () -> err);
        assertEquals("id,name\n1,a\n2,\"b\n\"\n3,c\n", table());
    }

    /** More than is looked at: nothing lost and nothing doubled where the sample ends. */
    @Test
    void moreThanTheSample() throws IOException {
        StringBuilder text = new StringBuilder("n,text\n");
        for (int i = 0; i < MANY; i++) {
            text.append(i).append(",\"").append("x".repeat(40)).append("\"\n");
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(utf8(text.toString()));
        }
        assertTrue(text.length() > 13_000_000);
        assertEquals(0, wharf(packed.toByteArray(), "load", "-", "--table", "t"), () -> err);
        assertEquals(text.toString().replace("\"", ""), table());
        assertEquals(0, wharf(new byte[0], "sql", "-c", "DROP TABLE t"));
        assertEquals(0, wharf(utf8(text.toString()), "load", "-", "--table", "t"), () -> err);
        assertEquals(text.toString().replace("\"", ""), table());
    }

    @Test
    void namedPipe() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Thread writer = Thread.ofPlatform().start(() -> {
            try {
                Files.write(pipe, utf8("id,name\n1,a\n"));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertEquals(0, wharf(new byte[0], "load", pipe.toString(), "--table", "t"), () -> err);
        writer.join();
        assertEquals("id,name\n1,a\n", table());
    }

    @Test
    void aStreamGivesItsTableNoName() {
        assertEquals(1, wharf(utf8("a\n"), "load", "-"));
        assertEquals("ERROR:  standard input gives its table no name\nHINT:  Name the table with --table.\n", err);
        assertEquals(1, wharf(new byte[0], "load", "-", "--table", "t"));
        assertTrue(err.startsWith("ERROR:  could not infer the columns of standard input: it is empty\n"), err);
    }

    @Test
    void otherEncodings() throws IOException {
        Path file = folder.resolve("latin.csv");
        Files.write(file, "id,stra\u00dfe\n1,\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(0, wharf(new byte[0], "load", file.toString(), "--table", "t", "--encoding", "latin1"), () -> err);
        assertTrue(out.contains("(FORMAT csv, HEADER, ENCODING 'LATIN1')"), out);
        assertEquals("id,stra\u00dfe\n1,\u00e9\n", table());
        assertEquals(2, wharf(new byte[0], "load", file.toString(), "--encoding", "latin99"));
        assertTrue(err.contains("--encoding must name an encoding that is known: \"latin99\""), err);
    }

    @Test
    void sniffsStandardInput() {
        Console console = Console.of(new ByteArrayInputStream(utf8("id,name\n1,a\n")), new ByteArrayOutputStream(),
                new ByteArrayOutputStream());
        assertEquals(0, Wharf.run(new String[] {"sniff", "-"}, console));
    }
}
