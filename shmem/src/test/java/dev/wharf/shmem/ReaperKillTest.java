package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.SegmentConfig.Tranche;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A holder dies, and the reaper dies or stops in the middle of the recovery, with live waiters in the lists: whoever comes next
 * finishes it.
 */
@Timeout(300)
class ReaperKillTest {
    @TempDir
    Path directory;
    private final List<ForkedJvm> all = new ArrayList<>();
    private Segment segment;
    private Proc proc;

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), KillPeer.CONFIG);
        proc = segment.attachProc("reaper kill test");
        new KillPeer(segment, proc);
    }

    @AfterEach
    void close() {
        all.forEach(ForkedJvm::close);
        segment.reapDeadProcs();
        proc.close();
        segment.close();
    }

    private ForkedJvm start(final String failPoint) throws IOException {
        final ForkedJvm jvm = ForkedJvm.startArmed(failPoint, DeathScene.class, segment.file().toString());
        all.add(jvm);
        return jvm;
    }

    private static void tell(final ForkedJvm jvm, final String... commands) throws IOException {
        for (final String command : commands) {
            jvm.send(command);
            jvm.expect("done");
        }
    }

    static EnumSet<FailPoint> reaperPoints() {
        return EnumSet.range(FailPoint.REAP_ROLE, FailPoint.REAP_SLOT_FREED);
    }

    @ParameterizedTest
    @MethodSource("reaperPoints")
    void theNextReaperFinishes(final FailPoint point) throws Exception {
        final ForkedJvm waiters = start(null);
        final ForkedJvm holder = start(null);
        // Once at the first lock, and once in the middle
        final List<ForkedJvm> reapers = List.of(start(point + ":1:KILL"), start(point + ":3:KILL"));
        for (final ForkedJvm jvm : all) {
            jvm.readLine();
        }
        tell(holder, "acquireAll");
        final String[] modes = {"SHARED", "EXCLUSIVE", "SHARED"};
        int waiting = 0;
        for (final Tranche tranche : KillPeer.CONFIG.tranches()) {
            for (final String mode : modes) {
                tell(waiters, "wait " + tranche.name() + " " + mode);
                awaitWaiting(++waiting);
            }
        }
        // So that they do not reap
        waiters.stop();
        waiters.awaitStopped();
        holder.kill();
        int died = 0;
        for (final ForkedJvm reaper : reapers) {
            reaper.send("reap");
            // The second may find nothing to do at its point any more
            final String answer = reaper.readLineOrNull();
            died += answer == null ? 1 : 0;
        }
        assertTrue(died >= 1, "nobody came by " + point);
        waiters.resume();
        tell(waiters, "join");
        allIsWell();
    }

    /** The reader gives its lock back while the reaper counts the holders, between two looks at that reader's entry. */
    @Test
    void whoIsAboutToLeaveIsNotLeftOut() throws Exception {
        final ForkedJvm reader = start(FailPoint.RELEASE_RELEASING + ":" + (initialReleases() + 1) + ":STOP");
        final int readerProc = Integer.parseInt(reader.readLine());
        final ForkedJvm holder = start(null);
        holder.readLine();
        final ForkedJvm reaper = start(FailPoint.REAP_INSPECT + ":" + (readerProc + 1) + ":STOP");
        reaper.readLine();
        tell(reader, "acquire Consistent SHARED");
        tell(holder, "acquire Consistent SHARED");
        final LWLock lock = segment.lwLock("Consistent", 0);
        assertEquals(2, lock.state());
        holder.kill();
        reaper.send("reap");
        reaper.awaitStopped();
        reader.send("releaseAll");
        reader.awaitStopped();
        assertEquals(2 | LWLockLayout.RECOVERING, lock.state());
        reaper.resume();
        // It waits as long as the reader is stopped; if it did not, it would be done before this
        final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
        while (lock.state() == (2 | LWLockLayout.RECOVERING) && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        reader.resume();
        reader.expect("done");
        reaper.expect("1");
        allIsWell();
    }

    /** Who sees a lock being recovered stands back, and may die there, or stop there: it holds nobody up. */
    @ParameterizedTest
    @ValueSource(strings = {"KILL", "STOP"})
    void whoStandsBackHoldsNobodyUp(final String signal) throws Exception {
        final ForkedJvm holder = start(null);
        final ForkedJvm reaper = start(FailPoint.REAP_QUIESCENT + ":1:STOP");
        final ForkedJvm late = start(FailPoint.STAND_BACK + ":1:" + signal);
        for (final ForkedJvm jvm : all) {
            jvm.readLine();
        }
        tell(holder, "acquire Consistent EXCLUSIVE");
        holder.kill();
        reaper.send("reap");
        reaper.awaitStopped();
        late.send("acquire Consistent EXCLUSIVE");
        if (signal.equals("STOP")) {
            late.awaitStopped();
        } else {
            assertNull(late.readLineOrNull());
        }
        reaper.resume();
        reaper.readLine();
        segment.reapDeadProcs();
        if (signal.equals("STOP")) {
            segment.lwLock("Consistent", 0).acquire(proc, LWLockMode.EXCLUSIVE);
            segment.lwLock("Consistent", 0).release(proc);
            late.resume();
            late.expect("done");
            tell(late, "releaseAll");
        }
        allIsWell();
    }

    /** The caller's repair is run again by the next one. */
    @Test
    void aDeathInTheMiddleOfARepairLeavesTheLockInconsistent() throws Exception {
        final ForkedJvm holder = start(null);
        final ForkedJvm mender = start(FailPoint.REPAIR_DONE + ":1:KILL");
        holder.readLine();
        mender.readLine();
        tell(holder, "acquire Reported EXCLUSIVE");
        holder.kill();
        mender.send("acquire Reported SHARED");
        assertNull(mender.readLineOrNull());
        segment.reapDeadProcs();
        assertEquals(LWLockLayout.INCONSISTENT, segment.lwLock("Reported", 0).state());
        allIsWell();
    }

    /** The acquire and release of the structs' index that come before the first command. */
    private int initialReleases() {
        return 2 + KillPeer.CONFIG.tranches().stream().mapToInt(Tranche::locks).sum();
    }

    /** Until as many are asleep in wait lists. */
    private void awaitWaiting(final int number) {
        for (;;) {
            int waiting = 0;
            for (int i = 0; i < segment.maxProcs(); i++) {
                final UnsafeBuffer slot = segment.slot(i);
                waiting += ProcLayout.state(slot.getLongVolatile(ProcLayout.held(0))) == ProcLayout.WAITING ? 1 : 0;
            }
            if (waiting == number) {
                return;
            }
            LockSupport.parkNanos(200_000);
        }
    }

    /** Each lock can be had, and nobody has one afterwards; the living kept their slots and the dead did not. */
    private void allIsWell() {
        segment.reapDeadProcs();
        for (final Tranche tranche : KillPeer.CONFIG.tranches()) {
            for (int i = 0; i < tranche.locks(); i++) {
                final LWLock lock = segment.lwLock(tranche.name(), i);
                if ((lock.state() & LWLockLayout.INCONSISTENT) != 0) {
                    assertEquals(KillPeer.REPORTED, tranche.name());
                    lock.repair(() -> { });
                }
                lock.acquire(proc, LWLockMode.EXCLUSIVE);
                lock.release(proc);
                assertEquals(0, lock.state() & ~LWLockLayout.BIASED, lock::toString);
            }
        }
        for (int i = 0; i < segment.maxProcs(); i++) {
            final long owner = segment.slot(i).getLongVolatile(ProcLayout.OWNER_OFFSET);
            assertTrue(owner == 0 || ProcLayout.process(owner).isAlive());
        }
    }
}
