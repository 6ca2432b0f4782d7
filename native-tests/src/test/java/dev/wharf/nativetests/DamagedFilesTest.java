package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.DataDirectory;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.error.PgError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the data directory that something else has cut short or altered: an error that names the file, never a crash. */
class DamagedFilesTest {
    @TempDir
    private Path directory;
    private Path data;
    private Path file;
    private Path out;
    private Path table;

    @BeforeEach
    void load() throws IOException {
        data = directory.resolve("data");
        file = directory.resolve("in.csv");
        out = directory.resolve("out.csv");
        SampleData.write(file, 1, 256 << 10);
        DataDirectory.init(data);
        try (Session session = Session.open(data)) {
            session.run("CREATE TABLE t " + SampleData.COLUMNS + "; " + SampleData.parallel(0, 32 << 10));
            session.run(SampleData.copyFrom("t", file));
            assertEquals(0, session.quit());
        }
        try (var entries = Files.list(data.resolve("base"))) {
            table = entries.findFirst().orElseThrow();
        }
    }

    private Manifest manifest() throws IOException {
        return Manifest.decode(Files.readAllBytes(table.resolve("manifest")), "manifest");
    }

    private Path arrowFile() throws IOException {
        return table.resolve(manifest().files().getFirst().path());
    }

    @Test
    void tableFileCutShort() throws IOException {
        Path arrow = arrowFile();
        long length = Files.size(arrow);
        try (Session session = Session.open(data)) {
            for (long left : new long[] {length - 1, length / 2, 100, 0}) {
                try (FileChannel channel = FileChannel.open(arrow, StandardOpenOption.WRITE)) {
                    channel.truncate(left);
                }
                for (int workers = 0; workers <= 1; workers++) {
                    session.run(SampleData.parallel(workers, 32 << 10));
                    String answer = session.ask(SampleData.copyTo("t", out));
                    assertEquals("error XX001\ttable file \"" + arrow + "\" is damaged: it is " + left
                            + " bytes long, the manifest says " + length + "\t", answer);
                    assertTrue(Files.notExists(out));
                }
            }
            Files.delete(arrow);
            String answer = session.ask(SampleData.copyTo("t", out));
            assertTrue(answer.startsWith("error 58030\tcould not open table file \"" + arrow + "\""), answer);
            session.run("TRUNCATE t; " + SampleData.copyFrom("t", file));
            session.run(SampleData.copyTo("t", out));
            assertEquals(-1, Files.mismatch(file, out));
        }
    }

    /**
     * While COPY TO is at it: the pipe that it writes to is full after 64 KiB, so most batches are read only when the file has
     * been cut short, or overwritten.
     */
    @Test
    void tableFileCutShortDuringCopyTo() throws IOException, InterruptedException {
        Path arrow = arrowFile();
        byte[] good = Files.readAllBytes(arrow);
        Path pipe = directory.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        try (Session session = Session.open(data)) {
            for (long left : new long[] {good.length / 2 + 100, 5000, 0}) {
                session.send(SampleData.copyTo("t", pipe));
                try (var in = Files.newInputStream(pipe)) {
                    assertTrue(in.read() >= 0);
                    try (FileChannel channel = FileChannel.open(arrow, StandardOpenOption.WRITE)) {
                        channel.truncate(left);
                    }
                    in.transferTo(OutputStream.nullOutputStream());
                }
                assertEquals("error XX001\ttable file \"" + arrow + "\" is damaged: it is " + left
                        + " bytes long, the manifest says " + good.length + "\t", session.receive());
                Files.write(arrow, good);
            }
            session.send(SampleData.copyTo("t", pipe));
            try (var in = Files.newInputStream(pipe)) {
                assertTrue(in.read() >= 0);
                byte[] bad = new byte[good.length];
                Arrays.fill(bad, (byte) 0x7F);
                Files.write(arrow, bad, StandardOpenOption.WRITE);
                in.transferTo(OutputStream.nullOutputStream());
            }
            String answer = session.receive();
            assertTrue(answer.startsWith("error XX001\ttable file \"" + arrow + "\" is damaged: "), answer);
            Files.write(arrow, good);
            session.run(SampleData.copyTo("t", out));
            assertEquals(-1, Files.mismatch(file, out));
            assertEquals(0, session.quit());
        }
    }

    /** Every byte of a batch's metadata, and many of its data: an error, or text; the process goes on. */
    @Test
    void tableFileAltered() throws IOException {
        Path arrow = arrowFile();
        byte[] good = Files.readAllBytes(arrow);
        var block = manifest().batches().get(1).block();
        Random random = new Random(8);
        int errors = 0;
        try (Session session = Session.open(data)) {
            session.run("SET max_parallel_copy_workers = 0");
            for (int i = 0; i < block.metadataLength() + 500; i++) {
                byte[] bad = good.clone();
                if (i < block.metadataLength()) {
                    bad[(int) block.offset() + i] ^= (byte) (1 + random.nextInt(255));
                } else {
                    // Several at once, anywhere in the batch
                    for (int n = 0; n < 20; n++) {
                        bad[(int) (block.offset() + random.nextLong(block.end() - block.offset()))] = (byte) random.nextInt(256);
                    }
                }
                Files.write(arrow, bad);
                String answer = session.ask(SampleData.copyTo("t", out));
                if (!answer.startsWith("ok COPY ")) {
                    assertTrue(answer.startsWith("error XX001\ttable file \"" + arrow + "\" is damaged: "), i + ": " + answer);
                    errors++;
                }
            }
            assertTrue(errors > 100, errors + " errors");
            Files.write(arrow, good);
            session.run(SampleData.copyTo("t", out));
            assertEquals(-1, Files.mismatch(file, out));
            assertEquals(0, session.quit());
        }
    }

    /** With workers a bad batch ends the COPY as well: nobody waits for the text that will not come. */
    @Test
    void alteredBatchWithWorkers() throws IOException {
        Path arrow = arrowFile();
        byte[] bad = Files.readAllBytes(arrow);
        var block = manifest().batches().get(1).block();
        Arrays.fill(bad, (int) block.offset() + 8, (int) block.offset() + block.metadataLength(), (byte) 0);
        Files.write(arrow, bad);
        try (Session session = Session.open(data)) {
            session.run(SampleData.parallel(2, 32 << 10));
            for (int round = 0; round < 5; round++) {
                session.run("workers 2");
                String answer = session.ask(SampleData.copyTo("t", out));
                assertTrue(answer.startsWith("error XX001\ttable file \"" + arrow + "\" is damaged: "), answer);
            }
        }
    }

    /** A damaged manifest is its table's trouble only. */
    @Test
    void manifestDamaged() throws IOException {
        Path manifest = table.resolve("manifest");
        byte[] good = Files.readAllBytes(manifest);
        for (byte[] bad : new byte[][] {{}, Arrays.copyOf(good, 39), Arrays.copyOf(good, good.length - 1), altered(good, 60)}) {
            Files.write(manifest, bad);
            try (Session session = Session.open(data)) {
                String answer = session.ask(SampleData.copyTo("t", out));
                assertTrue(answer.startsWith("error XX001\tmanifest \"" + manifest + "\" is damaged: "), answer);
                answer = session.ask(SampleData.copyFrom("t", file));
                assertTrue(answer.startsWith("error XX001\tmanifest \"" + manifest + "\" is damaged: "), answer);
                session.run("CREATE TABLE u (a int); DROP TABLE u");
            }
        }
        try (Session session = Session.open(data)) {
            session.run("DROP TABLE t");
        }
        DataDirectoryFiles.assertClean(data);
    }

    /** A damaged catalog must not be taken for one without tables: the next start would remove their files. */
    @Test
    void catalogDamaged() throws IOException {
        Path catalog = data.resolve("catalog");
        byte[] good = Files.readAllBytes(catalog);
        for (int i = 0; i <= good.length; i += 3) {
            for (byte[] bad : new byte[][] {Arrays.copyOf(good, i), i < good.length ? altered(good, i) : new byte[0]}) {
                if (Arrays.equals(good, bad)) {
                    continue;
                }
                Files.write(catalog, bad);
                try {
                    DataDirectory.open(data).close();
                    throw new AssertionError("opened with byte " + i + " altered, or cut there");
                } catch (PgError e) {
                    assertEquals("XX001", e.sqlState());
                    assertTrue(e.getMessage().contains(catalog.toString()), e.getMessage());
                }
            }
        }
        Files.write(catalog, good);
        try (Session session = Session.open(data)) {
            session.run(SampleData.copyTo("t", out));
            assertEquals(-1, Files.mismatch(file, out));
        }
    }

    /** With nobody attached a segment is made anew, whatever is there. With somebody there, whoever comes is told. */
    @Test
    void segmentDamaged() throws IOException {
        Path segment = data.resolve("segment");
        byte[] good = Files.readAllBytes(segment);
        byte[] otherVersion = altered(good, 8);
        Files.writeString(segment, "not a segment at all");
        try (Session session = Session.start(data, List.of())) {
            assertEquals("error XX001\tfile \"" + segment + "\" is not a segment\t", session.receive());
            assertEquals(0, session.awaitEnd());
        }
        for (byte[] bad : new byte[][] {{}, Arrays.copyOf(good, 5000), otherVersion, new byte[1 << 20]}) {
            Files.write(segment, bad);
            try (Session session = Session.open(data)) {
                session.run(SampleData.copyTo("t", out));
                assertEquals(-1, Files.mismatch(file, out));
                assertEquals(0, session.quit());
            }
        }
        try (Session session = Session.open(data)) {
            // Another file under the name, so that the one who has it mapped is not harmed
            Path other = directory.resolve("other");
            for (byte[] bad : new byte[][] {new byte[1 << 20], Arrays.copyOf(good, 100), otherVersion}) {
                Files.write(other, bad);
                Files.move(other, segment, StandardCopyOption.ATOMIC_MOVE);
                try (Session second = Session.start(data, List.of())) {
                    String answer = second.receive();
                    assertTrue(answer.startsWith("error ") && answer.contains(segment.toString()), answer);
                    assertEquals(0, second.awaitEnd());
                }
            }
            session.run(SampleData.copyTo("t", out));
        }
    }

    private static byte[] altered(byte[] bytes, int at) {
        byte[] copy = bytes.clone();
        copy[at] ^= 0x15;
        return copy;
    }
}
