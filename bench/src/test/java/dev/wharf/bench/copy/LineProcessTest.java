package dev.wharf.bench.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real children: shells that answer as a psql session with \timing on does, and shells that misbehave. */
class LineProcessTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private LineProcess shell(String script) throws IOException {
        return new LineProcess("child", List.of("sh", "-c", script), directory);
    }

    @Test
    void asksAndAnswers() throws IOException {
        try (LineProcess child = shell("while read -r line; do echo \"got $line\"; done")) {
            child.send("one");
            assertEquals("got one", child.receive(LONG));
            child.send("two");
            assertEquals("got two", child.receive(LONG));
        }
    }

    @Test
    void tellsOfAChildThatEnded() throws IOException {
        try (LineProcess child = shell("echo last words >&2; exit 7")) {
            assertEquals("last words", child.receive(LONG));
            IOException e = assertThrows(IOException.class, () -> child.receive(LONG));
            assertEquals("child ended with exit code 7", e.getMessage());
            assertThrows(IOException.class, () -> child.receive(LONG));
        }
    }

    @Test
    void endsAChildThatDoesNotAnswer() throws IOException {
        try (LineProcess child = shell("exec sleep 1000")) {
            IOException e = assertThrows(IOException.class, () -> child.receive(Duration.ofMillis(1)));
            assertEquals("child gave no answer within 0 s and was ended", e.getMessage());
        }
    }

    @Test
    void readsAStatementUpToItsTime() throws IOException {
        try (LineProcess child = shell("read -r sql; echo \"COPY 42\"; echo 'Time: 1.500 ms'; cat >/dev/null")) {
            assertEquals(42, WharfCommand.copied(WharfWarm.execute(child, "COPY t FROM 'f'")));
        }
    }

    @Test
    void staysInStepAfterAnError() throws IOException {
        try (LineProcess child = shell("""
                read -r sql; echo 'ERROR:  relation "t" does not exist' >&2; echo 'LINE 1: x' >&2; echo 'Time: 1 ms'
                read -r sql; echo 'COPY 1'; echo 'Time: 1 ms'
                """)) {
            IOException e = assertThrows(IOException.class, () -> WharfWarm.execute(child, "COPY t FROM 'f'"));
            assertEquals("ERROR:  relation \"t\" does not exist; LINE 1: x", e.getMessage());
            assertEquals(1, WharfCommand.copied(WharfWarm.execute(child, "COPY u FROM 'f'")));
        }
    }

    @Test
    void refusesAnAnswerWithoutATag() {
        IOException e = assertThrows(IOException.class, () -> WharfCommand.copied("CREATE TABLE"));
        assertEquals("wharf printed no COPY tag but: CREATE TABLE", e.getMessage());
    }
}
