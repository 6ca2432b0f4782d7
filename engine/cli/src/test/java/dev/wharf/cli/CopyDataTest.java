package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.wharf.core.source.CopyDataSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data of a COPY FROM STDIN among statements, and on the standard input of a statement given by -c. */
class CopyDataTest {
    @TempDir
    private Path folder;
    private String data;
    private String out;
    private String err;

    @BeforeEach
    void init() {
        data = folder.resolve("data").toString();
        assertEquals(0, wharf("", "init", "-D", data));
        assertEquals(0, wharf("", "sql", "-D", data, "-c", "create table t (a int, b text)"));
    }

    private int wharf(String in, String... args) {
        CommandRun run = CommandRun.of(in, args);
        out = run.out();
        err = run.err();
        return run.exit();
    }

    private String table() {
        String before = out;
        assertEquals(0, wharf("", "sql", "-D", data, "-c", "copy t to stdout csv"));
        String table = out;
        out = before;
        return table;
    }

    @Test
    void inScripts() throws IOException {
        String script = "copy t from stdin csv; show client_min_messages\n1,a\n2,\"x\n;y\"\n\\.\n;\n\\echo between\n"
                + "copy t from stdin (format csv); copy t from stdin (format csv);\n3,\\.\n \\.,\n";
        // What is behind a semicolon of the statement's line runs after its data.
        assertEquals(0, wharf(script.replace(" \\.,", "\\."), "sql", "-D", data, "-t", "-A"));
        assertEquals("COPY 2\nnotice\nbetween\nCOPY 1\nCOPY 0\n", out);
        assertEquals("", err);
        assertEquals("1,a\n2,\"x\n;y\"\n3,\\.\n", table());
        Path file = Files.writeString(folder.resolve("script.sql"), "truncate t;\r\ncopy t from stdin csv;\r\n7,é\r\n\\.\r\n"
                + "show client_min_messages;\r\n");
        assertEquals(0, wharf("ignored", "sql", "-D", data, "-t", "-A", "-f", file.toString()));
        assertEquals("TRUNCATE TABLE\nCOPY 1\nnotice\n", out);
        assertEquals("7,é\n", table());
    }

    @Test
    void errorsSkipTheData() throws IOException {
        Path file = Files.writeString(folder.resolve("script.sql"), "copy t from stdin csv;\n1,a\n2x,b\n3,c\n\\.\n"
                + "copy t from stdin csv;\n4,d\n\\.\nnonsense;\n");
        assertEquals(0, wharf("", "sql", "-D", data, "-f", file.toString()));
        assertEquals("COPY 1\n", out);
        assertEquals("psql:" + file + ":5: ERROR:  invalid input syntax for type integer: \"2x\"\n"
                + "CONTEXT:  COPY t, line 2, column a: \"2x\"\n"
                + "psql:" + file + ":9: ERROR:  syntax error at or near \"nonsense\"\nLINE 1: nonsense;\n        ^\n", err);
        assertEquals("4,d\n", table());
        assertEquals(3, wharf("", "sql", "-D", data, "-v", "ON_ERROR_STOP=1", "-f", file.toString()));
        assertEquals("4,d\n", table());
    }

    @Test
    void onStandardInputOfCommands() {
        assertEquals(0, wharf("1,a\n2,b", "sql", "-D", data, "-c", "copy t from stdin csv"));
        assertEquals("COPY 2\n", out);
        assertEquals(0, wharf("3,c\n\\.\n4,d\n\\.\n", "sql", "-D", data, "-c", "copy t from stdin csv; copy t from stdin csv",
                "-c", "copy t from stdin csv"));
        assertEquals("COPY 1\nCOPY 1\nCOPY 0\n", out);
        assertEquals("1,a\n2,b\n3,c\n4,d\n", table());
        assertEquals(1, wharf("5x,c\n6,d\n", "sql", "-D", data, "-c", "copy t from stdin csv"));
        assertEquals("ERROR:  invalid input syntax for type integer: \"5x\"\nCONTEXT:  COPY t, line 1, column a: \"5x\"\n", err);
        assertEquals(0, wharf("5x,c\n\\.\n6,d\n", "sql", "-D", data, "-c", "copy t from stdin csv", "-c",
                "copy t from stdin csv"));
        assertEquals("COPY 1\n", out);
        assertEquals("1,a\n2,b\n3,c\n4,d\n6,d\n", table());
    }

    /** The end mark is found wherever pieces begin and end, and is one on a line of its own only. */
    @Test
    void endMarks() throws IOException {
        String text = "a\\.\n\\.b\n \\.\n\\\\.\n\\.\r\r\n\n";
        for (String mark : new String[] {"\\.\n", "\\.\r\n"}) {
            for (int piece = 1; piece < 12; piece++) {
                for (int room = 1; room < 12; room += 5) {
                    ScriptInput input = new ScriptInput(slow("copy\n" + text + mark + "next\nlast", piece));
                    assertEquals("copy", input.readLine());
                    assertEquals(text, all(input.copyData(false), room));
                    assertEquals(text.chars().filter(c -> c == '\n').count() + 1, input.endCopyData());
                    assertEquals("next", input.readLine());
                    assertEquals("last", input.readLine());
                    assertNull(input.readLine());
                    // Without a line end it is none.
                    input = new ScriptInput(slow("x\n\\.", piece));
                    assertEquals("x\n\\.", all(input.copyData(false), room));
                    assertNull(input.readLine());
                }
            }
        }
    }

    private static String all(CopyDataSource source, int room) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer piece = ByteBuffer.allocate(room);
        while (source.read(piece) >= 0) {
            all.write(piece.array(), 0, piece.position());
            piece.clear();
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static InputStream slow(String text, int piece) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, piece));
            }
        };
    }
}
