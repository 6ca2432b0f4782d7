package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A reader's file is damaged under it: it says so, or shows what is there. Its JVM, whose code is compiled by then, lives. */
@Timeout(300)
class SegmentReaderDamageTest {
    private static final int TRUNCATIONS = 40;
    private static final int PAGE = 4096;

    @TempDir
    private Path directory;
    private byte[] bytes;

    /** With something in each of its sections. */
    @BeforeEach
    void make() throws IOException {
        final Path file = directory.resolve("segment");
        try (Segment segment = Segment.open(file, Peer.CONFIG)) {
            try (Proc proc = segment.attachProc("holder"); Proc other = segment.attachProc("other")) {
                segment.shmemInitStruct(proc, "struct", 1000);
                segment.getNamedDsmSegment(proc, "dsm", 100, _ -> { });
                for (int i = 0; i < 10; i++) {
                    segment.counters().allocate(1, "counter " + i);
                }
                final ShmemStruct struct = segment.shmemInitStruct(proc, "lock", LWLockLayout.LENGTH);
                final LWLock lock = segment.userLWLocks().initialize(struct.offset(), segment.userLWLocks().newTrancheId(
                    proc, "Own", SegmentConfig.OwnerDeath.CONSISTENT, LWLockAlgorithm.SPINNING));
                lock.acquire(proc, LWLockMode.SHARED);
                segment.lwLock("Fragile", 0).acquire(other, LWLockMode.EXCLUSIVE);
                bytes = Files.readAllBytes(file);
            }
        }
    }

    @Test
    void truncatedWhileItIsReadIsAnError() throws Exception {
        final SplittableRandom random = new SplittableRandom(3);
        try (ForkedJvm reader = ForkedJvm.startOptimising(ReaderPeer.class)) {
            for (int round = 0; round < TRUNCATIONS; round++) {
                final Path file = Files.write(directory.resolve("truncated " + round), bytes);
                reader.send(file.toString());
                reader.expect("reading");
                try (RandomAccessFile target = new RandomAccessFile(file.toFile(), "rw")) {
                    // Nothing, the header, pages of every section, and in the midst of one
                    target.setLength(round % 4 == 0 ? (long)round / 4 * PAGE : random.nextInt(bytes.length));
                }
                reader.expect("XX001 segment \"" + file + "\" was truncated while it was read");
                Files.delete(file);
            }
            assertTrue(reader.isAlive());
        }
    }

    @Test
    void alteredAfterItWasCheckedLeadsNowhereElse() throws Exception {
        for (int seed = 0; seed < 3; seed++) {
            final Path file = Files.write(directory.resolve("altered " + seed), bytes);
            try (ForkedJvm reader = ForkedJvm.startOptimising(ReaderPeer.class, Integer.toString(seed))) {
                reader.send(file.toString());
                reader.expect("read it all");
            }
        }
    }
}
