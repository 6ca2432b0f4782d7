package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code wharf load} of several files into one table, by name and by pattern: all of them or none. */
class LoadFilesTest {
    @TempDir
    private Path folder;
    private String out;
    private String err;

    private int wharf(String command, String... args) {
        String[] words = new String[args.length + 3];
        words[0] = command;
        words[1] = "-D";
        words[2] = folder.resolve("data").toString();
        System.arraycopy(args, 0, words, 3, args.length);
        CommandRun run = CommandRun.of("", words);
        out = run.out();
        err = run.err();
        return run.exit();
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream raw = Files.newOutputStream(file);
                OutputStream to = name.endsWith(".gz") ? new GZIPOutputStream(raw) : raw) {
            to.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private String table() {
        assertEquals(0, wharf("sql", "-c", "COPY t TO STDOUT (FORMAT csv, HEADER)"), () -> err);
        return out;
    }

    @Test
    void oneLoad() throws IOException {
        write("b.csv", "id,name\n3,c\r\n".replace("\r", ""));
        write("a-2.csv", "id,name\r\n2,\"x\r\ny\"\r\n");
        write("a-10.csv.gz", "id,name\n1,a\n");
        write("a-3.csv", "id,name\n");
        write("deep/er/a-4.csv", "id,name\n4,d");
        assertEquals(0, wharf("load", path("a-*"), path("b.csv"), "--table", "t"), () -> err);
        assertTrue(out.contains("FROM STDIN (FORMAT csv, HEADER MATCH); -- 4 files\nCOPY 3: "), out);
        assertEquals("id,name\n1,a\n2,\"x\r\ny\"\n3,c\n", table());
        assertEquals(0, wharf("load", path("d*/**/a-?.csv"), path("b.csv"), "--table", "t"), () -> err);
        assertEquals("id,name\n1,a\n2,\"x\r\ny\"\n3,c\n4,d\n3,c\n", table());
        assertEquals(0, wharf("load", path("a-10.csv.gz")), () -> err);
        assertTrue(out.contains("CREATE TABLE a_10 ("), out);
    }

    @Test
    void badRowsOfSeveralFiles() throws IOException {
        write("1.csv", "id,name\n1,a\nx,b\n");
        write("2.csv.gz", "id,name\n2,\"c\n\"\ny,\"d\"\n");
        write("3.csv", "id,name\nz,e\n3,f");
        assertEquals(0, wharf("init"), () -> err);
        assertEquals(0, wharf("sql", "-c", "CREATE TABLE t (id int, name text)"), () -> err);
        String rejects = path("it's bad.csv");
        String[] load = {path("?.csv*"), "--table", "t", "--on-error", "ignore", "--reject-limit", "3", "--reject-file", rejects};
        assertEquals(0, wharf("load", load), () -> err);
        assertTrue(out.contains("NOTICE:  3 rows were skipped due to data type incompatibility\nCOPY 3: "), out);
        String error = ",\"id\",22P02,\"invalid input syntax for type integer: \"\"";
        assertEquals("file,line,byte,column,sqlstate,message,row\n"
                + "\"" + path("1.csv") + "\",3,12" + error + "x\"\"\",\"x,b\"\n"
                + "\"" + path("2.csv.gz") + "\",4,15" + error + "y\"\"\",\"y,\"\"d\"\"\"\n"
                + "\"" + path("3.csv") + "\",2,8" + error + "z\"\"\",\"z,e\"\n", Files.readString(Path.of(rejects)));
        assertEquals("id,name\n1,a\n2,\"c\n\"\n3,f\n", table());
        assertEquals(1, wharf("load", path("?.csv*"), "--table", "t", "--on-error", "ignore", "--reject-limit", "2"));
        assertEquals("ERROR:  skipped more than REJECT_LIMIT (2) rows due to data type incompatibility\n"
                + "CONTEXT:  COPY t, line 2, column id: \"z\"\nfile \"" + path("3.csv") + "\"\n", err);
        assertEquals("id,name\n1,a\n2,\"c\n\"\n3,f\n", table());
    }

    @Test
    void allOrNothing() throws IOException {
        write("1.csv", "id,name\n1,a\n");
        write("2.csv", "id,name\n2,\"b\n\"\n3x,c\n");
        write("3.csv", "name,id\nd,4\n");
        assertEquals(0, wharf("load", path("1.csv"), "--table", "t"), () -> err);
        assertEquals(1, wharf("load", path("?.csv"), "--table", "t"));
        assertEquals("ERROR:  invalid input syntax for type integer: \"3x\"\n"
                + "DETAIL:  Expected a whole number from -2147483648 to 2147483647, found \"3x\".\nCONTEXT:  COPY t, line 4, "
                + "column id: \"3x\"\n"
                + "file \"" + path("2.csv") + "\"\n", err);
        assertEquals(1, wharf("load", path("1.csv"), path("3.csv"), "--table", "t"));
        assertEquals("ERROR:  column name mismatch in header line field 1: got \"name\", expected \"id\"\n"
                + "CONTEXT:  COPY t, line 1: \"name,id\"\nfile \"" + path("3.csv") + "\"\n", err);
        assertEquals("id,name\n1,a\n", table());
        assertEquals(1, wharf("load", path("no*"), "--table", "t"));
        assertEquals("ERROR:  no file matches \"" + path("no*") + "\"\n", err);
        assertEquals(1, wharf("load", path("1.csv"), path("2.csv"), "--table", "u"));
        assertTrue(err.contains("nothing was loaded"), err);
        assertEquals(1, wharf("sql", "-c", "TRUNCATE u"));
    }
}
