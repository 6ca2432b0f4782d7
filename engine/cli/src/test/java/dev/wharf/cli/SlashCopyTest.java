package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlashCopyTest {
    @TempDir
    private Path folder;
    private String data;
    private String out;
    private String err;

    @BeforeEach
    void init() {
        data = folder.resolve("data").toString();
        assertEquals(0, wharf("", "init", "-D", data));
        assertEquals(0, wharf("", "sql", "-D", data, "-c", "create table \"T t\" (a int, b text)"));
    }

    private int wharf(String in, String... args) {
        CommandRun run = CommandRun.of(in, args);
        out = run.out();
        err = run.err();
        return run.exit();
    }

    private int sql(String text) {
        return wharf("", "sql", "-D", data, "-c", text);
    }

    private static SlashCopy parse(String text) throws SlashCopy.ParseException {
        return SlashCopy.parse(text);
    }

    private static String error(String text) {
        return assertThrows(SlashCopy.ParseException.class, () -> parse(text)).getMessage();
    }

    @Test
    void wordsAreTakenApartAsInPsql() throws SlashCopy.ParseException {
        assertEquals(new SlashCopy("t", true, false, "f.csv", false, "csv header"), parse(" t FROM f.csv csv header;"));
        assertEquals(new SlashCopy("s.\"T t\" (a, \"b )\")", true, false, "a 'b", false, ""),
                parse(" s.\"T t\"(a, \"b )\") from 'a ''b' "));
        assertEquals(new SlashCopy("(select ')' from (t))", false, true, "cat > x", false, "(format csv)"),
                parse(" (select ')' from (t)) to program 'cat > x' (format csv)"));
        assertEquals(new SlashCopy("t", true, false, null, false, ""), parse(" t from stdin"));
        assertEquals(new SlashCopy("t", false, false, null, true, ""), parse(" t to PSTDOUT;"));
        assertEquals("COPY t FROM STDIN csv header", parse(" t FROM f csv header").sql());
    }

    @Test
    void errorsAreThoseOfPsql() {
        assertEquals("\\copy: arguments required", error("  "));
        assertEquals("\\copy: parse error at end of line", error(" t"));
        assertEquals("\\copy: parse error at end of line", error(" t from"));
        assertEquals("\\copy: parse error at \"into\"", error(" t into f"));
        assertEquals("\\copy: parse error at \"cat\"", error(" t from program cat"));
        assertEquals("\\copy: parse error at end of line", error(" t (a from f"));
    }

    @Test
    void copiesFilesBothWays() throws IOException {
        Path in = Files.writeString(folder.resolve("in ' put.csv"), "1,x\n2,\"y\n\"\n");
        Path back = folder.resolve("out.csv");
        assertEquals(0, sql("\\copy \"T t\" from '" + in.toString().replace("'", "''") + "' csv"));
        assertEquals("COPY 2\n", out);
        assertEquals(0, sql("\\copy \"T t\" (b) to " + back + " (format csv, header);"));
        assertEquals("COPY 2\n", out);
        assertEquals("b\nx\n\"y\n\"\n", Files.readString(back));
        assertEquals(0, sql("\\copy \"T t\" to stdout csv"));
        assertEquals("1,x\n2,\"y\n\"\n", out);
        assertEquals("", err);
    }

    @Test
    void copiesThroughPrograms() throws IOException {
        Path back = folder.resolve("out.txt");
        assertEquals(0, sql("\\copy \"T t\" from program 'printf ''1\\ta\\n2\\tb\\n'''"));
        assertEquals("COPY 2\n", out);
        assertEquals(0, sql("\\copy \"T t\" to program 'tr a-z A-Z > " + back + "'"));
        assertEquals("COPY 2\n", out);
        assertEquals("1\tA\n2\tB\n", Files.readString(back));
        assertEquals(1, sql("\\copy \"T t\" to program 'cat > " + back + "; exit 3'"));
        assertEquals("ERROR:  program \"cat > " + back + "; exit 3\" failed\nDETAIL:  child process exited with exit code "
                + "3\n", err);
    }

    @Test
    void standardInputIsTheScriptsOrTheShells() throws IOException {
        Path script = Files.writeString(folder.resolve("script.sql"),
                "\\copy \"T t\" from stdin csv\n1,script\n\\.\n\\copy \"T t\" from pstdin csv\n\\copy \"T t\" to pstdout csv\n");
        assertEquals(0, wharf("2,shell\n", "sql", "-D", data, "-f", script.toString()));
        assertEquals("COPY 1\nCOPY 1\n1,script\n2,shell\n", out);
        assertEquals("", err);
    }

    @Test
    void aWrongNameOrLineChangesNothing() throws IOException {
        Path missing = folder.resolve("missing");
        assertEquals(1, sql("\\copy \"T t\" from " + missing));
        assertEquals(missing + ": No such file or directory\n", err);
        assertEquals(1, sql("\\copy \"T t\" from " + folder));
        assertEquals(folder + ": cannot copy from/to a directory\n", err);
        Path in = Files.writeString(folder.resolve("in.csv"), "1,a\nx,b\n");
        assertEquals(1, sql("\\copy \"T t\" from " + in + " csv"));
        assertEquals("ERROR:  invalid input syntax for type integer: \"x\"\nCONTEXT:  COPY T t, line 2, column a: \"x\"\n", err);
        assertEquals(1, sql("\\copy nowhere from " + in + " csv"));
        assertEquals("ERROR:  relation \"nowhere\" does not exist\n", err);
        assertEquals(0, sql("\\copy \"T t\" to stdout"));
        assertEquals("", out);
    }
}
