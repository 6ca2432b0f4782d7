package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wharf.core.DataDirectory;
import dev.wharf.core.copy.StatProgressCopy;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input that cannot be loaded: PostgreSQL's error with its place, the table as before, nothing left, no hang, no crash. */
class BadInputTest {
    private static final String LINE = "1,2,word,3.50,2024-01-02,t\n";

    @TempDir
    private Path directory;
    private Path data;
    private Path file;
    private Path out;
    private Session session;

    @BeforeEach
    void open() throws IOException {
        data = directory.resolve("data");
        file = directory.resolve("in.csv");
        out = directory.resolve("out.csv");
        DataDirectory.init(data);
        session = Session.open(data);
        session.run("CREATE TABLE t " + SampleData.COLUMNS);
        Files.writeString(file, LINE);
        session.run(SampleData.copyFrom("t", file));
        Files.delete(file);
    }

    @AfterEach
    void close() {
        session.close();
    }

    /** The error for the file, with any SQLSTATE and text after it; and that the table is as before. */
    private void assertFails(String error) throws IOException {
        String answer = session.ask(SampleData.copyFrom("t", file));
        assertEquals(error, answer, session::said);
        assertUnchanged();
    }

    private void assertUnchanged() throws IOException {
        session.run(SampleData.copyTo("t", out));
        assertEquals(LINE, Files.readString(out));
        DataDirectoryFiles.assertClean(data);
    }

    private void content(byte[] bytes) throws IOException {
        Files.write(file, bytes);
    }

    private void content(String text) throws IOException {
        content(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** In small and in large files, by the leader alone and with workers. */
    private void assertFailsAtTheEnd(String lastLines, String sqlState, String message, String contextAfterLine, int lineOfError)
            throws IOException {
        String[] settings = {"SET max_parallel_copy_workers = 0", SampleData.parallel(1, 64 << 10)};
        for (int i = 0; i < settings.length; i++) {
            int before = i == 0 ? 3 : 40_000;
            content(LINE.repeat(before) + lastLines);
            session.run(settings[i]);
            assertFails("error " + sqlState + "\t" + message + "\tCOPY t, line " + (before + lineOfError) + contextAfterLine);
        }
    }

    @Test
    void unterminatedQuote() throws IOException {
        // PostgreSQL says at which line it met the end of the file
        assertFailsAtTheEnd("1,2,\"word,3.50,2024-01-02,t\n", "22P04", "unterminated CSV quoted field",
                ": \"1,2,\"word,3.50,2024-01-02,t\\n\"", 2);
    }

    @Test
    void tooFewColumns() throws IOException {
        assertFailsAtTheEnd("1,2,word,3.50,2024-01-02\n" + LINE, "22P04", "missing data for column \"flag\"",
                ": \"1,2,word,3.50,2024-01-02\"", 1);
    }

    @Test
    void tooManyColumns() throws IOException {
        assertFailsAtTheEnd("1,2,word,3.50,2024-01-02,t,u\n" + LINE, "22P04", "extra data after last expected column",
                ": \"1,2,word,3.50,2024-01-02,t,u\"", 1);
    }

    @Test
    void nulByte() throws IOException {
        assertFailsAtTheEnd("1,2,a\0b,3.50,2024-01-02,t\n", "22021", "invalid byte sequence for encoding \"UTF8\": 0x00", "", 1);
    }

    @Test
    void invalidUtf8() throws IOException {
        assertFailsAtTheEnd("1,2,a\u00c3(,3.50,2024-01-02,t\n", "22021", "invalid byte sequence for encoding \"UTF8\": 0xc3 0x28",
                "", 1);
    }

    @Test
    void nullInNotNullColumn() throws IOException {
        assertFailsAtTheEnd("1,,a,3.50,2024-01-02,t\n", "23502",
                "null value in column \"id\" of relation \"t\" violates not-null constraint", ": \"1,,a,3.50,2024-01-02,t\"", 1);
    }

    /** More than 100 MB, and only the last row is wrong. */
    @Test
    void badNumberAtTheEndOfALargeFile() throws IOException {
        long lines = 4_000_000;
        byte[] block = LINE.repeat(10_000).getBytes(StandardCharsets.US_ASCII);
        try (OutputStream to = Files.newOutputStream(file)) {
            for (long n = 0; n < lines; n += 10_000) {
                to.write(block);
            }
            to.write("1,2,word,3.5x,2024-01-02,t\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertTrue(Files.size(file) > 100_000_000);
        session.run("SET max_parallel_copy_workers = 1; SET parallel_setup_time = 0");
        assertFails("error 22P02\tinvalid input syntax for type numeric: \"3.5x\"\tCOPY t, line " + (lines + 1)
                + ", column amount: \"3.5x\"");
    }

    @Test
    void directoryMissingFileAndDevices() throws IOException {
        assertFails("error 58P01\tcould not open file \"" + file + "\" for reading: No such file or directory\t");
        Files.createDirectory(file);
        assertFails("error 42809\t\"" + file + "\" is a directory\t");
        Files.delete(file);
        file = Path.of("/dev/zero");
        assertFails("error 22021\tinvalid byte sequence for encoding \"UTF8\": 0x00\tCOPY t, line 1");
    }

    /** The superuser may read and write everything: then the process runs without that privilege. */
    @Test
    void unreadableFileAndUnwritablePlace() throws IOException {
        content(LINE);
        Files.setPosixFilePermissions(file, Set.of());
        Path closed = Files.createDirectory(directory.resolve("closed"), PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("r-xr-xr-x")));
        Path target = closed.resolve("target.csv");
        if (Files.isReadable(file)) {
            List<String> plain = List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search",
                    "--inh-caps=-dac_override,-dac_read_search");
            assumeTrue(Tools.works("setpriv", plain.get(1), plain.get(2), "true"), "no setpriv here to drop privileges with");
            session.close();
            session = Session.start(data, plain);
            session.expect("ok open");
        }
        assertFails("error 42501\tcould not open file \"" + file + "\" for reading: Permission denied\t");
        assertEquals("error 42501\tcould not open file \"" + target + "\" for writing: Permission denied\t",
                session.ask(SampleData.copyTo("t", target)));
    }

    /** Truncated, grown, or rewritten while a worker that is stopped keeps the load from ending. */
    @Test
    void fileThatChangesDuringTheLoad() throws IOException {
        session.run(SampleData.parallel(1, 64 << 10) + "; SET parallel_leader_participation = off");
        for (String how : List.of("truncate", "grow", "rewrite")) {
            SampleData.write(file, 1, 4 << 20);
            session.run("workers 1");
            ProcessHandle worker = session.workers().getFirst();
            Session.signal("STOP", worker);
            session.send(SampleData.copyFrom("t", file));
            Session.await("the file's being open", this::copyHasBegun);
            switch (how) {
                case "truncate" -> {
                    try (var channel = java.nio.channels.FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.truncate(1 << 20);
                    }
                }
                case "grow" -> Files.writeString(file, LINE, StandardOpenOption.APPEND);
                default -> SampleData.write(file, 2, 4 << 20);
            }
            Session.signal("CONT", worker);
            String answer = session.receive();
            assertTrue(answer.startsWith("error 58030\tfile \"" + file + "\" changed during COPY: "), how + ": " + answer);
            assertUnchanged();
        }
    }

    /** Whether a COPY has its file open and knows the file's length. */
    private boolean copyHasBegun() {
        try (SegmentReader segment = Segment.attachReadOnly(DataDirectory.segmentFile(data))) {
            return StatProgressCopy.list(segment).stream().anyMatch(copy -> copy.bytesTotal() > 0);
        }
    }

    @Test
    void copyToWhereItCannotBeWritten() throws IOException {
        Path target = directory.resolve("target");
        Files.createDirectory(target);
        assertEquals("error 42809\tcould not open file \"" + target + "\" for writing: Is a directory\t",
                session.ask(SampleData.copyTo("t", target)));
        Path nowhere = directory.resolve("no/such/place.csv");
        assertEquals("error 58P01\tcould not open file \"" + nowhere + "\" for writing: No such file or directory\t",
                session.ask(SampleData.copyTo("t", nowhere)));
        Path full = Path.of("/dev/full");
        assertEquals("error 53100\tcould not write to COPY file \"/dev/full\": No space left on device\t",
                session.ask(SampleData.copyTo("t", full)));
        assertUnchanged();
    }
}
