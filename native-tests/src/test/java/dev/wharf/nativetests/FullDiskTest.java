package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wharf.core.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that fills up: a small tmpfs that only the tested processes see, in a mount namespace of theirs that goes with them.
 */
class FullDiskTest {
    @TempDir
    private Path directory;

    /** A shell's words that mount {@code size} at the directory "disk" and run what follows as if nothing had been. */
    private List<String> onSmallDisk(String size, String first) throws IOException {
        Path disk = Files.createDirectories(directory.resolve("disk"));
        String mount = "mount -t tmpfs -o size=" + size + " none " + disk;
        String unshare = Tools.works("unshare", "-m", "sh", "-c", mount) ? "-m"
                : Tools.works("unshare", "-rm", "sh", "-c", mount) ? "-rm" : null;
        assumeTrue(unshare != null, "a tmpfs cannot be mounted here");
        return List.of("unshare", unshare, "sh", "-c", mount + " && " + first + " && exec \"$@\"", "sh");
    }

    private String makeDataDirectory() throws IOException {
        Path empty = Files.createTempDirectory(directory, "empty");
        DataDirectory.init(empty);
        return "cp -r " + empty + " " + directory.resolve("disk/data");
    }

    @Test
    void copyFromAndCopyTo() throws IOException {
        Path file = directory.resolve("in.csv");
        Path small = directory.resolve("small.csv");
        Path disk = directory.resolve("disk");
        // More than the disk has; and less, but not with its own text beside it
        SampleData.write(file, 1, 48 << 20);
        SampleData.write(small, 1, 9 << 20);
        for (int workers = 0; workers <= 1; workers++) {
            try (Session session = Session.start(disk.resolve("data"), onSmallDisk("31m", makeDataDirectory()))) {
                session.expect("ok open");
                session.run("CREATE TABLE t " + SampleData.COLUMNS + "; " + SampleData.parallel(workers, 256 << 10));
                String answer = session.ask(SampleData.copyFrom("t", file));
                assertTrue(answer.matches("error 53100\\tcould not write to file \"" + disk
                        + "/data/base/\\d+/load-[^\"]*\": No space left on device\\t"), answer);
                Path seen = Path.of("/proc/" + session.pid() + "/root" + disk);
                DataDirectoryFiles.assertClean(seen.resolve("data"));
                assertEquals("COPY 0", session.run(SampleData.copyTo("t", directory.resolve("out.csv"))));
                session.run(SampleData.copyFrom("t", small));
                Path out = disk.resolve("out.csv");
                answer = session.ask(SampleData.copyTo("t", out));
                assertEquals("error 53100\tcould not write to COPY file \"" + out + "\": No space left on device\t", answer);
                assertTrue(Files.notExists(seen.resolve("out.csv")));
                session.run(SampleData.copyTo("t", directory.resolve("out.csv")));
                assertEquals(-1, Files.mismatch(small, directory.resolve("out.csv")));
                assertEquals(0, session.quit());
            }
        }
    }

    /** Not even room for the segment. */
    @Test
    void segment() throws IOException {
        Path disk = directory.resolve("disk");
        Session session = Session.start(disk.resolve("data"), onSmallDisk("1m", makeDataDirectory()));
        try (session) {
            String answer = session.receive();
            assertTrue(answer.matches("error 53100\\tcould not resize shared memory segment \"" + disk
                    + "/data/segment\" to \\d+ bytes: No space left on device\\t"), answer);
            assertEquals(0, session.awaitEnd());
        }
    }
}
