package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as it is called, on a real data directory. */
class WharfTest {
    @TempDir
    private Path folder;
    private String data;
    private String out;
    private String err;

    @BeforeEach
    void init() {
        data = folder.resolve("data").toString();
        assertEquals(0, wharf("", "init", "-D", data));
    }

    private int wharf(String in, String... args) {
        CommandRun run = CommandRun.of(in, args);
        out = run.out();
        err = run.err();
        return run.exit();
    }

    private int sql(String... commands) {
        String[] args = new String[3 + 2 * commands.length];
        args[0] = "sql";
        args[1] = "-D";
        args[2] = data;
        for (int i = 0; i < commands.length; i++) {
            args[3 + 2 * i] = "-c";
            args[4 + 2 * i] = commands[i];
        }
        return wharf("", args);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void tagsAndNotices() throws IOException {
        Path csv = file("t.csv", "1,a\n2,\"b,c\"\n");
        assertEquals(0, sql("create table t (id int not null, \"N\" text)", "create table if not exists t (x int)",
                "copy t from '" + csv + "' csv", "copy t to stdout (format csv, header)", "truncate t", "drop table if exists u",
                "drop table t", "set client_min_messages = error; show client_min_messages", "reset all"));
        assertEquals("""
                CREATE TABLE
                CREATE TABLE
                COPY 2
                id,N
                1,a
                2,"b,c"
                TRUNCATE TABLE
                DROP TABLE
                DROP TABLE
                SET
                 client_min_messages\s
                ---------------------
                 error
                (1 row)

                RESET
                """, out);
        assertEquals("NOTICE:  relation \"t\" already exists, skipping\nNOTICE:  table \"u\" does not exist, skipping\n", err);
    }

    @Test
    void errorsHaveTheirPlace() throws IOException {
        assertEquals(1, sql("create table t (a int)", "create table u (a foo)"));
        assertEquals("ERROR:  type \"foo\" does not exist\nLINE 1: create table u (a foo)\n" + " ".repeat(8 + 18) + "^\n", err);
        Path csv = file("t.csv", "1\nx\n");
        assertEquals(1, sql("copy t from '" + csv + "' csv"));
        assertEquals("ERROR:  invalid input syntax for type integer: \"x\"\nCONTEXT:  COPY t, line 2, column a: \"x\"\n", err);
        assertEquals(1, sql("copy t from 'x' (encoding 'mule_internal')"));
        assertEquals("ERROR:  default conversion function for encoding \"MULE_INTERNAL\" to \"UTF8\" does not exist\n", err);
    }

    @Test
    void verbosity() throws IOException {
        Path csv = file("t.csv", "1\nx\n");
        String script = "create table t (a int);\n\\set VERBOSITY %s\ncopy t from '" + csv + "' csv;\ndrop table nope u;\n"
                + "drop table if exists nope;\n\\unset VERBOSITY\ndrop table nope;\ndrop table t;\n";
        String last = "ERROR:  table \"nope\" does not exist\n";
        String skipping = "table \"nope\" does not exist, skipping\n";
        wharf(script.formatted("verbose"), "sql", "-D", data);
        assertEquals("ERROR:  22P02: invalid input syntax for type integer: \"x\"\nCONTEXT:  COPY t, line 2, column a: \"x\"\n"
                + "ERROR:  42601: syntax error at or near \"u\"\nLINE 1: drop table nope u;\n" + " ".repeat(8 + 16) + "^\n"
                + "NOTICE:  00000: " + skipping + last, err);
        wharf(script.formatted("Terse"), "sql", "-D", data);
        assertEquals("ERROR:  invalid input syntax for type integer: \"x\"\n"
                + "ERROR:  syntax error at or near \"u\" at character 17\nNOTICE:  " + skipping + last, err);
        wharf(script.formatted("sqlstate"), "sql", "-D", data);
        assertEquals("ERROR:  22P02\nERROR:  42601\nNOTICE:  00000\n" + last, err);
        wharf("\\set VERBOSITY much\n", "sql", "-D", data);
        assertEquals("unrecognized value \"much\" for \"VERBOSITY\"\nAvailable values are: default, verbose, terse, sqlstate.\n",
                err);
    }

    /** Data in a script is in the client's encoding, as it is; statements are in UTF-8. */
    @Test
    void clientEncodingOfAScriptsData() throws IOException {
        byte[] script = "set client_encoding = 'latin1'; create table \u00e9 (a text);\n".getBytes(StandardCharsets.UTF_8);
        byte[] rows = "copy U&\"\\00e9\" from stdin;\n\u00e9\n\\.\nset names 'utf8'; copy U&\"\\00e9\" to stdout;\n"
                .getBytes(StandardCharsets.ISO_8859_1);
        Path file = folder.resolve("latin1.sql");
        Files.write(file, script);
        Files.write(file, rows, StandardOpenOption.APPEND);
        assertEquals(0, wharf("", "sql", "-D", data, "-q", "-f", file.toString()), err);
        assertEquals("\u00e9\n", out);
    }

    @Test
    void losslessRefusesToRound() throws IOException {
        Path csv = file("n.csv", "1.5\n1.50000\n1.375\n");
        assertEquals(0, sql("create table t (a numeric(5,2))", "copy t from '" + csv + "' csv", "truncate t"));
        assertEquals(1, sql("set lossless_numeric_input = on", "copy t from '" + csv + "' csv"));
        assertEquals("ERROR:  value \"1.375\" would be rounded to 1.38 in type numeric(5,2)\n"
                + "CONTEXT:  COPY t, line 3, column a: \"1.375\"\n", err);
        assertEquals(0, sql("copy t to stdout csv"));
        assertEquals("", out);
    }

    /** In the block of many rows and in a row read by itself alike. */
    @Test
    void losslessRefusesToLoseAZeroOrASign() throws IOException {
        assertEquals(0, sql("create table t (a int, b numeric(5,2), c real)"));
        String good = "0,0.5,-0.5\n-0,-0.50,0\n10,100.00,1e5\n";
        for (String bad : List.of("007,1,1", "1,01.5,1", "1,1,-00.5", "+1,1,1", "1,1,+1")) {
            Path csv = file("z.csv", good + bad + "\n");
            assertEquals(1, sql("set lossless_numeric_input = on", "copy t from '" + csv + "' csv"));
            assertTrue(err.startsWith("ERROR:  value \"") && err.contains(" would lose its ")
                    && err.contains("CONTEXT:  COPY t, line 4, column "), err);
            assertEquals(0, sql("copy t from '" + csv + "' csv", "truncate t"));
        }
        assertEquals(0, sql("set lossless_numeric_input = on", "copy t from '" + file("z.csv", good) + "' csv"));
        assertEquals(0, sql("copy t to stdout csv"));
        assertEquals("0,0.50,-0.5\n0,-0.50,0\n10,100.00,100000\n", out);
    }

    @Test
    void describeDefaultsAndSequences() {
        sql("create sequence s increment 5");
        sql("create table t (a serial, b text default 'x,y', c int default nextval('s'), d interval day to second(3),"
                + " e bigint generated by default as identity)");
        assertEquals(0, wharf("", "sql", "-D", data, "-At", "-c", "\\d t"));
        assertEquals("""
                a|integer||not null|nextval('t_a_seq'::regclass)
                b|text|||'x,y'::text
                c|integer|||nextval('s'::regclass)
                d|interval day to second(3)|||
                e|bigint||not null|generated by default as identity
                """, out);
        assertEquals(0, wharf("", "sql", "-D", data, "-At", "-c", "\\d s", "-c", "\\d t_a_seq"));
        assertEquals("""
                bigint|1|1|9223372036854775807|5|no|1
                integer|1|1|2147483647|1|no|1
                """, out);
        assertEquals(0, sql("\\d t_e_seq"));
        assertTrue(out.endsWith("Sequence for identity column: public.t.e\n\n"), out);
        String user = System.getProperty("user.name");
        assertEquals(0, wharf("", "sql", "-D", data, "-At", "-c", "\\d"));
        assertEquals(String.join("\n", List.of("s|sequence", "t|table", "t_a_seq|sequence", "t_e_seq|sequence")
                .stream().map(line -> "public|" + line + "|" + user).toList()) + "\n", out);
    }

    @Test
    void describe() {
        sql("create unlogged table t (id int not null, \"N\" numeric(5,2))");
        assertEquals(0, sql("\\d t"));
        assertEquals("""
                             Unlogged table "public.t"
                 Column |     Type     | Collation | Nullable | Default\s
                --------+--------------+-----------+----------+---------
                 id     | integer      |           | not null |\s
                 N      | numeric(5,2) |           |          |\s

                """.replaceFirst("^ +", "               "), out);
        assertEquals(0, wharf("", "sql", "-D", data, "-At", "-c", "\\dt"));
        assertEquals("public|t|table|" + System.getProperty("user.name") + "\n", out);
        assertEquals(1, sql("\\d nosuch"));
        assertEquals("Did not find any relation named \"nosuch\".\n", err);
    }

    @Test
    void scriptsNameFileAndLine() throws IOException {
        String script = file("s.sql", "create table t (a int);\n\\echo :greeting\n\nfoo\n 1;\n\\bar\n"
                + "show server_encoding;").toString();
        assertEquals(0, wharf("", "sql", "-D", data, "-v", "greeting=hello", "-At", "-f", script));
        assertEquals("CREATE TABLE\nhello\nUTF8\n", out);
        assertEquals("psql:" + script + ":5: ERROR:  syntax error at or near \"foo\"\nLINE 1: foo\n        ^\n"
                + "psql:" + script + ":6: error: invalid command \\bar\n", err);

        assertEquals(3, wharf("", "sql", "-D", data, "-v", "ON_ERROR_STOP=1", "-q", "-f", script, "-c", "show nothing"));
        assertEquals("psql:" + script + ":1: ERROR:  relation \"t\" already exists\n", err);
        assertEquals(1, wharf("", "sql", "-D", data, "-f", folder + "/none.sql"));
        assertEquals("psql: error: " + folder + "/none.sql: No such file or directory\n", err);
    }

    @Test
    void standardInput() {
        assertEquals(0, wharf("show server_encoding;\nshow foo;\n\\q\nshow bar;", "sql", "-D", data, "-At"));
        assertEquals("UTF8\n", out);
        assertEquals("ERROR:  unrecognized configuration parameter \"foo\"\n", err);
        assertEquals(3, wharf("show foo", "sql", "-D", data, "-v", "ON_ERROR_STOP=on"));
    }

    @Test
    void optionsRunInTheirOrder() throws IOException {
        String script = file("s.sql", "\\echo two").toString();
        assertEquals(0, wharf("", "sql", "-D", data, "-c", "\\echo one", "-f", script, "-c", "\\echo three"));
        assertEquals("one\ntwo\nthree\n", out);
        assertEquals(1, wharf("", "sql", "-D", data, "-v", "ON_ERROR_STOP=1", "-c", "show x", "-c", "\\echo no"));
        assertEquals("", out);
    }

    @Test
    void jobs() {
        assertEquals(0, wharf("", "sql", "-D", data, "--jobs", "4", "-At", "-c", "show max_parallel_copy_workers"));
        assertEquals("3\n", out);
        assertEquals(2, wharf("", "sql", "-D", data, "--jobs", "0", "-c", "show x"));
        assertEquals(1, wharf("", "sql", "-D", data, "--jobs", "66", "-c", "show x"));
        assertEquals("ERROR:  65 is outside the valid range for parameter \"max_parallel_copy_workers\" (0 .. 64)\n", err);
    }

    @Test
    void helpAndVersion() {
        assertEquals(0, wharf("", "--version"));
        assertEquals("wharf " + Wharf.VERSION + "\n", out);
        assertEquals(0, wharf("", "-V"));
        assertEquals("wharf " + Wharf.VERSION + "\n", out);
        assertEquals(0, wharf("", "--help"));
        String help = out;
        assertTrue(help.startsWith("Usage: wharf COMMAND"), help);
        assertEquals(0, wharf("", "-h"));
        assertEquals(help, out);
        assertEquals("", err);
        for (String command : new String[] {"demo", "init", "load", "sql", "stat"}) {
            assertTrue(help.contains("\n  " + command + "    "), help);
            assertEquals(0, wharf("", command, "--help"));
            assertTrue(out.startsWith("Usage: wharf " + command + " "), out);
            assertTrue(out.lines().allMatch(line -> line.length() <= 80), out);
            assertEquals("", err);
            assertEquals(0, wharf("", command, "-D", "none", "-h"));
        }
    }

    @Test
    void wrongUsageIsNamedAndFollowedByTheHelp() {
        wharf("", "--help");
        String help = out;
        wharf("", "sql", "--help");
        String sqlHelp = out;
        wrong("", help);
        wrong("wharf: error: unknown command sqk: did you mean sql?\n\n", help, "sqk");
        wrong("wharf: error: unknown option --vresion: did you mean --version?\n\n", help, "--vresion");
        wrong("wharf: error: unknown option -D\n\n", help, "-D", data, "sql");
        wrong("wharf: error: unknown option --dir: did you mean --directory?\n\n", sqlHelp, "sql", "--dir", data);
        wrong("wharf: error: option -D, --directory needs a value: DIR\n\n", sqlHelp, "sql", "-D");
        wrong("wharf: error: --jobs must be a whole number: \"x\"\n\n", sqlHelp, "sql", "-D", data, "--jobs", "x");
        wharf("", "load", "--help");
        String loadHelp = out;
        wrong("wharf: error: missing FILE: name at least one\n\n", loadHelp, "load", "-D", data);
        wrong("wharf: error: --header and --no-header contradict each other\n\n", loadHelp, "load", "x", "--header",
                "--no-header");
        wrong("wharf: error: --on-error must be stop, ignore or set_null: \"skip\"\n\n", loadHelp, "load", "x", "--on-error",
                "skip");
        wrong("wharf: error: --reject-limit needs --on-error ignore\n\n", loadHelp, "load", "x", "--reject-limit", "1");
        wrong("wharf: error: --reject-file is for one load: name its table with --table, or load the files one by one\n\n",
                loadHelp, "load", "x", "y", "--on-error", "ignore", "--reject-file", "f");
    }

    private void wrong(String message, String help, String... args) {
        assertEquals(2, wharf("", args));
        assertEquals("", out);
        assertEquals(message + help, err);
    }

    @Test
    void optionsAsPsqlWritesThem() {
        assertEquals(0, wharf("", "sql", "-XqAtD", data, "-vgreeting=a=b", "--command=\\echo :greeting", "-c\\echo x=y", "-c",
                "--", "--set", "n=-A", "-c", "\\echo :n"), () -> err);
        assertEquals("a=b\nx=y\n-A\n", out);
        assertEquals(0, wharf("\\echo from standard input", "sql", "-D" + data, "-f", "-"));
        assertEquals("from standard input\n", out);
    }

    @Test
    void aMissingDirectory() {
        assertEquals(1, wharf("", "sql", "-D", folder + "/none", "-c", "show x"));
        assertEquals("ERROR:  data directory \"" + folder + "/none\" does not exist\n"
                + "HINT:  Make one with: wharf init -D " + folder + "/none, or name another with -D.\n", err);
    }

    @Test
    void loadInfersAndAppends() throws IOException {
        String csv = file("My Data-1.csv", "id;code\n1;007\n2;\n").toString();
        String fresh = folder.resolve("fresh").toString();
        assertEquals(0, wharf("", "load", csv, "-D", fresh), () -> err);
        assertTrue(out.startsWith("Made the data directory " + fresh + ".\nCREATE TABLE my_data_1 (\n    id integer,\n"
                + "    code text\n);\nCOPY my_data_1 FROM '" + csv + "' (FORMAT csv, HEADER, DELIMITER ';');\nCOPY 2: "), out);
        assertEquals(1, wharf("", "load", csv, "-D", fresh));
        assertTrue(err.startsWith("ERROR:  relation \"my_data_1\" already exists\nHINT:  "), err);
        assertEquals(0, wharf("", "load", csv, "-D", fresh, "--table", "my_data_1"));
        wharf("", "sql", "-D", fresh, "-c", "copy my_data_1 to stdout csv");
        assertEquals("1,007\n2,\n1,007\n2,\n", out);
    }

    @Test
    void loadSaysWhatToDoAboutAValueThatDoesNotFit() throws IOException {
        String csv = file("t.csv", "id,v,w\n" + ("1,2," + "y".repeat(100) + "\n").repeat(120_000) + "1,x,y\n").toString();
        assertEquals(1, wharf("", "load", csv, "-D", data));
        assertTrue(err.startsWith("ERROR:  invalid input syntax for type bigint: \"x\"\n"), err);
        assertTrue(err.contains("Load again with --text v, or create the table yourself (wharf sql) and load with --table t."),
                err);
        assertTrue(err.contains("CONTEXT:  COPY t, line 120002, column v: \"x\""), err);
        sql("\\dt");
        assertEquals("Did not find any tables.\n", err);
        assertEquals(0, wharf("", "load", csv, "-D", data, "--text", "v"), () -> err);
        assertTrue(out.contains("COPY 120001: "), out);
    }

    @Test
    void loadLeavesOutWhatDoesNotFit() throws IOException {
        sql("create table t (id integer, v text)");
        String csv = file("t.csv", "1,a\nx,\"b \"\"c\"\"\"\n3,d\ny,e\n").toString();
        Path rejects = folder.resolve("it's rejected.csv");
        String[] load = {"load", csv, "-D", data, "--table", "t", "--on-error", "ignore", "--reject-file", rejects.toString()};
        assertEquals(0, wharf("", load), () -> err);
        assertTrue(out.startsWith("COPY t FROM '" + csv + "' (FORMAT csv, ON_ERROR ignore, REJECT_FILE '"
                + rejects.toString().replace("'", "''") + "');\n"
                + "NOTICE:  2 rows were skipped due to data type incompatibility\nCOPY 2: "), out);
        String[] rows = {"x,\"b \"\"c\"\"\"", "y,e"};
        assertEquals("line,byte,column,sqlstate,message,row\n"
                + "2,4,\"id\",22P02,\"invalid input syntax for type integer: \"\"x\"\"\",\""
                + rows[0].replace("\"", "\"\"") + "\"\n"
                + "4,20,\"id\",22P02,\"invalid input syntax for type integer: \"\"y\"\"\",\"" + rows[1] + "\"\n",
                Files.readString(rejects));
        assertEquals(1, wharf("", load));
        assertEquals("ERROR:  could not create file \"" + rejects + "\": File exists\n"
                + "HINT:  REJECT_FILE replaces no file: remove it, or name another.\n", err);
        assertEquals(1, wharf("", "load", csv, "-D", data, "--table", "t", "--on-error", "ignore", "--reject-limit", "1"));
        assertEquals("ERROR:  skipped more than REJECT_LIMIT (1) rows due to data type incompatibility\n"
                + "CONTEXT:  COPY t, line 4, column id: \"y\"\n", err);
        assertEquals(0, wharf("", "load", csv, "-D", data, "--table", "t", "--on-error", "set_null"), () -> err);
        assertTrue(out.contains("NOTICE:  in 2 rows, columns were set to null due to data type incompatibility\n"), out);
        wharf("", "sql", "-D", data, "-c", "copy t to stdout csv");
        assertEquals("1,a\n3,d\n1,a\n,\"b \"\"c\"\"\"\n3,d\n,e\n", out);
    }

    @Test
    void anInterruptedLoadCanBeRunAgain() throws IOException {
        String csv = file("t.csv", "id\n1\n").toString();
        sql("create table t (id integer)");
        assertEquals(0, wharf("", "load", csv, "-D", data), () -> err);
    }

    @Test
    void demoComparesAndCleansUp() throws IOException {
        Path demo = folder.resolve("demo");
        assertEquals(0, wharf("", "demo", "--size", "300kB", "-D", demo.toString(), "--jobs", "1"), () -> err);
        assertTrue(out.contains("The file written back is the same as the source, byte for byte."), out);
        long size = Files.size(demo.resolve("lineitem.csv"));
        assertTrue(LineitemFile.matches(size, 300_000), () -> "size " + size);
        assertFalse(Files.exists(demo.resolve("lineitem.back.csv")));
        assertEquals(0, wharf("", "demo", "--size", "300kB", "-D", demo.toString()));
        assertTrue(out.startsWith("Using " + demo.resolve("lineitem.csv") + " from before."), out);
    }

    /** Its failure would go unseen: the launcher then starts without caches. */
    @Test
    void trainingRunsThrough() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Console console = Console.of(new ByteArrayInputStream(new byte[0]), printed, printed);
        assertDoesNotThrow(() -> Training.run(console, folder.resolve("trained"), "300kB", "1"),
                () -> printed.toString(StandardCharsets.UTF_8));
        assertTrue(printed.toString(StandardCharsets.UTF_8).contains("\ndone\n"), printed::toString);
    }

    @Test
    void theSameSizeGivesTheSameFile() throws IOException {
        Path one = folder.resolve("one.csv");
        Path two = folder.resolve("two.csv");
        LineitemFile.write(one, 20_000_000, 1, _ -> { });
        LineitemFile.write(two, 20_000_000, 3, _ -> { });
        assertEquals(-1, FileComparison.mismatch(one, two));
        Files.writeString(two, "x", java.nio.file.StandardOpenOption.APPEND);
        assertEquals(Files.size(one), FileComparison.mismatch(one, two));
    }
}
