package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.error.PgError;
import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** COPY FROM and TO a shell command: rows, errors and exit codes as in PostgreSQL, and nothing left running afterwards. */
class CopyProgramTest extends CopyPairTest {
    @ParameterizedTest
    @ValueSource(strings = {"printf '1,a\\n2,\"b\nc\"\\n'", "echo '1,a'; echo 2,b", "true", "exit 5", "echo 1,a; exit 3",
        "echo x,a; exit 3", "false | echo 3,c", "cat /nowhere/at/all 2>&-", "nosuchcommand 2>&-", "kill -9 $$",
        "echo 1,a; kill -TERM $$", "echo \"1,it's $((2 + 3)); $0\"", "cat; echo 1,a", "/ 2>&-", "exec >&-; exit 4"})
    void from(String command) throws IOException, SQLException {
        pair.createTable("a int, b text");
        String program = "PROGRAM '" + command.replace("'", "''") + "'";
        Outcome expected = pair.loadPostgres(program, "", "");
        for (Mode mode : List.of(Mode.SERIAL, new Mode(2, true, 3), new Mode(1, false, 1))) {
            assertEquals(expected.toString(), pair.loadWharf(program, "", "", mode).toString(), () -> command + ", " + mode);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cat > OUT", "head -c 9 > OUT; cat >&2 2>&- > OUT", "cat > OUT; exit 3", "exit 7",
        "nosuchcommand 2>&-", "kill -9 $$", "exec <&-; exit 6"})
    void to(String command) throws IOException, SQLException {
        pair.createTable("a int, b text");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            text.append(i).append(",some text\n");
        }
        pair.write(text.toString().getBytes(StandardCharsets.UTF_8));
        pair.loadPostgres("", "");
        pair.loadWharf("", "", Mode.SERIAL);
        Path out = pair.file().resolveSibling("program.out");
        String sql = "COPY t TO PROGRAM '" + command.replace("OUT", out.toString()) + "' (FORMAT csv, HEADER)";
        String expected;
        String written;
        try {
            pair.postgres(sql);
            expected = "done";
        } catch (SQLException e) {
            expected = PostgresOracle.Failure.of(e).toString();
        }
        written = Files.exists(out) ? Files.readString(out) : "none";
        Files.deleteIfExists(out);
        for (Mode mode : List.of(Mode.SERIAL, new Mode(2, true, 1000))) {
            pair.set(mode);
            String actual;
            try {
                pair.wharf(sql);
                actual = "done";
            } catch (PgError e) {
                actual = new PostgresOracle.Failure(e.sqlState(), e.getMessage(), e.detail(), e.hint(), e.context(),
                        e.position()).toString();
            }
            assertEquals(expected, actual);
            assertEquals(written, Files.exists(out) ? Files.readString(out) : "none");
            Files.deleteIfExists(out);
        }
    }

    /** A command whose processes, and their children, can be told from all others; it never ends. */
    private static String endless(String before, String mark) {
        return "COPY t FROM PROGRAM '" + before + "(sleep 10" + mark + " | cat) & sleep 20" + mark + "'";
    }

    private static List<String> running(String mark) {
        return ProcessHandle.allProcesses().map(p -> {
            try {
                return Files.readString(Path.of("/proc/" + p.pid() + "/cmdline"));
            } catch (IOException _) {
                return "";
            }
        }).filter(line -> line.contains(mark)).collect(Collectors.toList());
    }

    @Test
    void killedWithTheProcess() throws IOException {
        Path data = temporary.resolve("killed");
        dev.wharf.core.DataDirectory.init(data);
        String mark = "0417" + ProcessHandle.current().pid();
        try (Session session = Session.open(data)) {
            session.run("CREATE TABLE t (a int, b text)");
            session.send(endless("", mark) + " (FORMAT csv)");
            Session.await("the program", () -> running(mark).size() >= 3);
            session.kill();
        }
        Session.await("the program's end", () -> running(mark).isEmpty());
    }

    @Test
    void killedWhenTheCopyFails() throws SQLException {
        pair.createTable("a int, b text");
        String mark = "0523" + ProcessHandle.current().pid();
        for (Mode mode : List.of(Mode.SERIAL, new Mode(2, false, 1000))) {
            pair.set(new Mode(mode.workers(), mode.leaderParticipation(), 1000));
            PgError error = null;
            try {
                pair.wharf(endless("yes 1x,b | head -c 2000; ", mark) + " (FORMAT csv)");
            } catch (PgError e) {
                error = e;
            }
            assertEquals("COPY t, line 1, column a: \"1x\"", error == null ? null : error.context());
            Session.await("the program's end", () -> running(mark).isEmpty());
        }
    }

    /** More than any pipe or window holds. */
    @Test
    void longOutput() throws SQLException, IOException {
        pair.createTable("a int, b text");
        Outcome outcome = pair.loadWharf("PROGRAM 'seq 400000 | sed s/$/,word/'", "", "", new Mode(2, true, 10_000));
        assertEquals("COPY 400000", outcome.tag());
        assertTrue(outcome.table().startsWith("1,word\n2,word\n"), "the first rows");
        assertTrue(outcome.table().endsWith("399999,word\n400000,word\n"), "the last rows");
    }
}
