package dev.wharf.nativetests;

import static dev.wharf.nativetests.stress.HeaderConstants.of;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockAlgorithm;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.ReapedProc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentConfig;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import dev.wharf.shmem.ShmemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs in C take, wait for, and give back the same locks as JVMs, in the same segment, and die in it as harmlessly. */
@Timeout(900)
class CPeerTest {
    private static final SegmentConfig CONFIG = new SegmentConfig(1 << 20,
            List.of(new Tranche("Safe", 2, OwnerDeath.CONSISTENT), new Tranche("Fragile", 1),
                    new Tranche("Fair", 1, OwnerDeath.CONSISTENT, LWLockAlgorithm.NO_BARGING)), 32);
    private static final int SLOTS = 32;
    private static final int PROCESSES = 8;
    private static final int OPERATIONS = 10_000_000;

    @TempDir
    private static Path built;
    private static Path program;

    @TempDir
    private Path directory;
    private Segment segment;
    private Proc proc;
    private UnsafeBuffer test;

    @BeforeAll
    static void build() throws Exception {
        program = CPeer.build(built);
    }

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), CONFIG);
        proc = segment.attachProc("test");
        test = segment.buffer(segment.shmemInitStruct(proc, LockPeer.STRUCT, LockPeer.STRUCT_SIZE));
    }

    @AfterEach
    void close() {
        proc.close();
        segment.close();
    }

    private PeerProcess peer(boolean inC, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(segment.file().toString()));
        all.addAll(List.of(arguments));
        if (!inC) {
            return PeerProcess.startJvm(LockPeer.class, all);
        }
        all.addFirst(program.toString());
        return PeerProcess.start(all);
    }

    @Test
    void noUpdateIsLost() throws Exception {
        List<PeerProcess> peers = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                peers.add(peer(i % 2 == 0, "count", "Safe", "0", Integer.toString(OPERATIONS / PROCESSES)));
            }
            for (PeerProcess peer : peers) {
                peer.expect("ready");
            }
            for (PeerProcess peer : peers) {
                peer.send("go");
            }
            for (PeerProcess peer : peers) {
                assertEquals(0, peer.await());
                assertEquals("", peer.rest());
            }
        } finally {
            peers.forEach(PeerProcess::close);
        }
        assertEquals(OPERATIONS, test.getLong(LockPeer.FIRST));
        assertEquals(OPERATIONS, test.getLong(LockPeer.SECOND));
        assertFree("Safe", 0);
    }

    @Test
    void eachWaitsForTheOther() throws Exception {
        for (boolean holderInC : new boolean[] {true, false}) {
            for (LWLockMode mode : LWLockMode.values()) {
                LWLockMode other = mode == LWLockMode.SHARED ? LWLockMode.EXCLUSIVE : LWLockMode.SHARED;
                try (PeerProcess holder = peer(holderInC, "hold", "Safe", "1", mode.name())) {
                    holder.expect("held");
                    try (PeerProcess waiter = peer(!holderInC, "hold", "Safe", "1", other.name())) {
                        awaitWaiters(1);
                        holder.send("release");
                        waiter.expect("held");
                        assertEquals(0, holder.await());
                        waiter.send("release");
                        assertEquals(0, waiter.await());
                    }
                }
                assertFree("Safe", 1);
            }
        }
    }

    @Test
    void sharedHoldersOfBothKindsHoldTogether() throws Exception {
        LWLock lock = segment.lwLock("Safe", 0);
        lock.acquire(proc, LWLockMode.SHARED);
        try (PeerProcess one = peer(true, "hold", "Safe", "0", "SHARED");
                PeerProcess other = peer(false, "hold", "Safe", "0", "SHARED")) {
            one.expect("held");
            other.expect("held");
            assertEquals(3, state(lock("Safe", 0)));
            lock.release(proc);
            one.send("release");
            other.send("release");
            assertEquals(0, one.await());
            assertEquals(0, other.await());
        }
        assertFree("Safe", 0);
    }

    /** A JVM asleep for the lock finds out by itself. */
    @Test
    void aDeadHolderInCIsRecoveredByTheJvmThatWaits() throws Exception {
        for (LWLockMode mode : LWLockMode.values()) {
            try (PeerProcess holder = peer(true, "hold", "Safe", "0", mode.name())) {
                holder.expect("held");
                try (PeerProcess waiter = peer(false, "hold", "Safe", "0", "EXCLUSIVE")) {
                    awaitWaiters(1);
                    holder.kill();
                    waiter.expect("held");
                    waiter.send("release");
                    assertEquals(0, waiter.await());
                }
            }
            assertFree("Safe", 0);
        }
    }

    /** None of the living is a JVM that waits: nothing happens until one does, for whatever lock, or calls the reaper. */
    @Test
    void aWaiterInCBehindADeadHolderIsServedOnceAJvmLooks() throws Exception {
        for (boolean byWaiting : new boolean[] {false, true}) {
            try (PeerProcess holder = peer(true, "hold", "Safe", "0", "EXCLUSIVE")) {
                holder.expect("held");
                try (PeerProcess waiter = peer(true, "hold", "Safe", "0", "EXCLUSIVE")) {
                    awaitWaiters(1);
                    holder.kill();
                    // It looks again and again, and sees nothing.
                    long sleeps = sleeps(waiter) + 3;
                    while (sleeps(waiter) < sleeps) {
                        LockSupport.parkNanos(1_000_000);
                    }
                    awaitWaiters(1);
                    assertEquals(of("LWLOCK_EXCLUSIVE"), state(lock("Safe", 0)) & of("LWLOCK_LOCK_MASK"));
                    if (byWaiting) {
                        LWLock other = segment.lwLock("Safe", 1);
                        other.acquire(proc, LWLockMode.EXCLUSIVE);
                        try (PeerProcess jvm = peer(false, "hold", "Safe", "1", "SHARED")) {
                            waiter.expect("held");
                            other.release(proc);
                            jvm.expect("held");
                            jvm.send("release");
                            assertEquals(0, jvm.await());
                        }
                    } else {
                        assertEquals(List.of(holder.pid()), segment.reapDeadProcs().stream().map(ReapedProc::pid).toList());
                        waiter.expect("held");
                    }
                    waiter.send("release");
                    assertEquals(0, waiter.await());
                }
            }
            assertFree("Safe", 0);
        }
    }

    /** How often a process has slept so far. */
    private static long sleeps(PeerProcess process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip())).sum();
    }

    @Test
    void aDeadWaiterInCIsDroppedAndTheLivingKeepTheirPlaces() throws Exception {
        LWLock lock = segment.lwLock("Safe", 0);
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try (PeerProcess first = peer(true, "hold", "Safe", "0", "EXCLUSIVE")) {
            awaitWaiters(1);
            try (PeerProcess second = peer(true, "hold", "Safe", "0", "EXCLUSIVE")) {
                awaitWaiters(2);
                try (PeerProcess third = peer(true, "hold", "Safe", "0", "SHARED")) {
                    awaitWaiters(3);
                    second.kill();
                    List<ReapedProc> reaped = segment.reapDeadProcs();
                    assertEquals(List.of(second.pid()), reaped.stream().map(ReapedProc::pid).toList());
                    assertEquals("C peer", reaped.getFirst().backendType());
                    awaitWaiters(2);
                    lock.release(proc);
                    first.expect("held");
                    first.send("release");
                    third.expect("held");
                    third.send("release");
                    assertEquals(0, third.await());
                }
            }
        }
        assertFree("Safe", 0);
    }

    /** Nobody repairs it: the error is a C program's too. */
    @Test
    void whatADeadHolderInCLeftInconsistentIsSoForBoth() throws Exception {
        LWLock lock = segment.lwLock("Fragile", 0);
        try (PeerProcess holder = peer(true, "hold", "Fragile", "0", "EXCLUSIVE")) {
            holder.expect("held");
            try (PeerProcess waiter = peer(true, "hold", "Fragile", "0", "SHARED")) {
                awaitWaiters(1);
                holder.kill();
                segment.reapDeadProcs();
                waiter.expect("inconsistent");
                assertThrows(ShmemException.class, () -> lock.acquire(proc, LWLockMode.SHARED));
            }
        }
        lock.repair(() -> { });
        assertFree("Fragile", 0);
    }

    @Test
    void killedAtRandomMomentsTheOthersGoOn() throws Exception {
        churnAndKill(20);
    }

    @Test
    @Tag("soak")
    void killedManyTimesTheOthersGoOn() throws Exception {
        churnAndKill(2000);
    }

    private void churnAndKill(int rounds) throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        LWLock lock = segment.lwLock("Fragile", 0);
        segment.onOwnerDeath("Fragile", (_, _) -> LockPeer.repair(test));
        try (PeerProcess jvm = peer(false, "churn", "Fragile", "0")) {
            jvm.expect("churning");
            for (int round = 0; round < rounds; round++) {
                try (PeerProcess one = peer(true, "churn", "Fragile", "0");
                        PeerProcess other = peer(true, "churn", "Fragile", "0")) {
                    one.expect("churning");
                    other.expect("churning");
                    steps(lock, random.nextInt(2000));
                    one.kill();
                    steps(lock, random.nextInt(10));
                    other.kill();
                    assertEquals("", one.rest() + other.rest());
                    // Without anybody's calling the reaper: waiting finds out.
                    steps(lock, 100);
                }
            }
            jvm.kill();
            assertEquals("", jvm.rest());
        }
        segment.reapDeadProcs();
        assertFree("Fragile", 0);
        assertEquals(test.getLong(LockPeer.FIRST), test.getLong(LockPeer.SECOND));
    }

    private void steps(LWLock lock, int count) {
        for (int i = 0; i < count; i++) {
            LockPeer.step(lock, proc, test, i);
        }
    }

    @Test
    void whatIsNoSegmentIsRefused() throws Exception {
        assertRefused(segment.file(), "Nothing", "lock Nothing 0: requested tranche is not registered");
        assertRefused(segment.file(), "Fair", "lock Fair 0: its algorithm is neither POSTGRES nor SPINNING");
        byte[] bytes = Files.readAllBytes(segment.file());
        Path copy = directory.resolve("copy");
        Files.write(copy, bytes);
        Path sideFile = Files.createFile(directory.resolve("copy.lock"));
        assertRefused(copy, "Safe", "segment \"" + copy + "\": left by processes that have all ended");
        try (FileChannel channel = FileChannel.open(sideFile, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock _ = channel.lock(of("SIDE_FILE_ATTACHED"), 1, true)) {
            Map.of("MAGIC", "not a segment", "BYTE_ORDER", "of another byte order", "VERSION", "of another layout version",
                    "STATE", "still being created", "LENGTH", "truncated", "BOOT_ID", "left by another boot of this machine")
                    .forEach((field, message) -> {
                        byte[] altered = bytes.clone();
                        altered[of("SEGMENT_" + field + "_OFFSET") + 3]++;
                        assertRefused(write(copy, altered), "Safe", "segment \"" + copy + "\": " + message);
                    });
            assertRefused(write(copy, new byte[0]), "Safe", "segment \"" + copy + "\": cannot be mapped");
        }
    }

    private static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertRefused(Path file, String tranche, String message) {
        try {
            Process process = new ProcessBuilder(program.toString(), file.toString(), "hold", tranche, "0", "SHARED")
                    .redirectErrorStream(true).start();
            process.getOutputStream().close();
            assertEquals(message + "\n", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(1, process.waitFor());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertFree(String tranche, int index) {
        assertEquals(0, state(lock(tranche, index)));
        LWLock lock = segment.lwLock(tranche, index);
        assertTrue(lock.conditionalAcquire(proc, LWLockMode.EXCLUSIVE));
        lock.release(proc);
    }

    // From here on the segment is seen as a C program sees it: by what the header says.

    private UnsafeBuffer part(String section, int number, String length) {
        UnsafeBuffer header = segment.buffer(0, of("SEGMENT_HEADER_LENGTH"));
        return segment.buffer(header.getLong(of("SECTION_" + section + "_OFFSET_OFFSET")) + (long)number * of(length),
                of(length));
    }

    private UnsafeBuffer lock(String tranche, int index) {
        for (int i = 0;; i++) {
            UnsafeBuffer record = part("TRANCHES", i, "TRANCHE_LENGTH");
            if (record.getStringWithoutLengthAscii(of("TRANCHE_NAME_OFFSET"), tranche.length()).equals(tranche)) {
                return part("LOCKS", record.getInt(of("TRANCHE_FIRST_LOCK_OFFSET")) + index, "LWLOCK_LENGTH");
            }
        }
    }

    private static int state(UnsafeBuffer lock) {
        return lock.getIntVolatile(of("LWLOCK_STATE_OFFSET"));
    }

    /** Until so many procs are WAITING for some lock. */
    private void awaitWaiters(int number) {
        for (;;) {
            int waiting = 0;
            for (int i = 0; i < SLOTS; i++) {
                UnsafeBuffer slot = part("PROCS", i, "PROC_LENGTH");
                for (int entry = 0; entry < of("PROC_HELD_CAPACITY"); entry++) {
                    long word = slot.getLongVolatile(of("PROC_HELD_OFFSET") + entry * of("PROC_HELD_LENGTH"));
                    if ((word & (1L << of("PROC_HELD_MODE_SHIFT")) - 1) == of("PROC_HELD_WAITING")) {
                        waiting++;
                    }
                }
            }
            if (waiting == number) {
                return;
            }
            LockSupport.parkNanos(100_000);
        }
    }
}
