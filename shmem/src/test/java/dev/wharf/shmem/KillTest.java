package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.wharf.shmem.SegmentConfig.Tranche;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that take locks in all ways are killed and stopped, at every named instant of the lock's protocol and at random; the
 * others check that the locks exclude, and must go on. At the end every lock is free and every counter adds up.
 *
 * <p>Another seed: {@code mvn -Dwharf.kill.seed=N}.
 */
@Timeout(1800)
class KillTest {
    /** What a process passes that takes and releases locks. */
    private static final List<FailPoint> LOCK_POINTS =
        List.copyOf(EnumSet.range(FailPoint.ACQUIRE_INTENT, FailPoint.READERS_AWAITED));
    /**
     * The lock was given back between the first try and the second: on a busy machine that takes a while to happen. Or there is
     * but one lock of that algorithm.
     */
    private static final Set<FailPoint> RARE_POINTS =
        EnumSet.of(FailPoint.QUEUED_TAKEN, FailPoint.QUEUED_LEFT, FailPoint.DEQUEUE_REMOVED, FailPoint.GRANT_COUNTED,
            FailPoint.GRANT_MARKED, FailPoint.GRANT_UNLOCKED, FailPoint.PUBLISH_INTENT, FailPoint.PUBLISH_HELD,
            FailPoint.READERS_AWAITED);
    private static final int SIGKILLED = 128 + 9;
    private static final int SURVIVORS = 2;
    /** So many are starting while one is waited for. */
    private static final int AHEAD = 3;
    private static final long SAFETY_NET_NANOS = TimeUnit.SECONDS.toNanos(300);

    @TempDir
    Path directory;
    private final long seed = Long.getLong("wharf.kill.seed", 20_261_122);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Deque<Victim> survivors = new ArrayDeque<>();
    /** They start while nobody waits for them. */
    private final Deque<Victim> spares = new ArrayDeque<>();
    private final List<Victim> all = new ArrayList<>();
    private Segment segment;
    private Proc proc;
    private KillPeer me;
    private int kills;

    /** A process, and what is to happen to it. */
    private record Victim(ForkedJvm jvm, int peer, String failPoint) {
    }

    @BeforeEach
    void open() throws IOException {
        System.out.println("kill test, seed " + seed);
        segment = Segment.open(directory.resolve("segment"), KillPeer.CONFIG);
        proc = segment.attachProc("kill test");
        me = new KillPeer(segment, proc);
        for (int i = 0; i < SURVIVORS; i++) {
            survivors.add(start(null));
            spares.add(start(null));
        }
    }

    @AfterEach
    void close() {
        all.forEach(victim -> victim.jvm.close());
        segment.reapDeadProcs();
        proc.close();
        segment.close();
    }

    private Victim start(final String failPoint) throws IOException {
        final Victim victim = new Victim(ForkedJvm.startArmed(failPoint, KillPeer.class, segment.file().toString(),
            Integer.toString(all.size()), Long.toString(random.nextLong())), all.size(), failPoint);
        all.add(victim);
        if (failPoint == null) {
            victim.jvm.send("go");
        }
        return victim;
    }

    @Test
    void killedAtEveryPoint() throws Exception {
        run(LOCK_POINTS.stream().flatMap(point -> List.of(point + ":1:KILL", arm(point, "KILL")).stream()).toList());
    }

    @Test
    void stoppedAtEveryPointAndKilledLater() throws Exception {
        run(LOCK_POINTS.stream().map(point -> arm(point, "STOP")).toList());
    }

    @Test
    void killedAndStoppedAtRandom() throws Exception {
        run(Collections.nCopies(40, null));
    }

    @Test
    @Tag("soak")
    @Timeout(7200)
    void killedThousandsOfTimes() throws Exception {
        final List<String> jobs = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            final FailPoint point = LOCK_POINTS.get(random.nextInt(LOCK_POINTS.size()));
            jobs.add(i % 3 == 0 ? arm(point, "KILL") : i % 3 == 1 ? arm(point, "STOP") : null);
        }
        run(jobs);
    }

    private String arm(final FailPoint point, final String signal) {
        return point + ":" + (RARE_POINTS.contains(point) ? 1 : 10 + random.nextInt(40)) + ":" + signal;
    }

    private void run(final List<String> jobs) throws Exception {
        final Deque<Victim> ahead = new ArrayDeque<>();
        for (int next = 0; next < jobs.size() || !ahead.isEmpty();) {
            while (next < jobs.size() && ahead.size() < AHEAD) {
                ahead.add(start(jobs.get(next++)));
            }
            final Victim victim = ahead.remove();
            if (victim.failPoint != null) {
                // One at a time: while it is stopped, others may not get as far as they would have to
                victim.jvm.expect("ready");
                victim.jvm.send("go");
            }
            if (victim.failPoint == null) {
                awaitProgress(victim);
                stopAndGoOn(survivors.peekLast(), random.nextBoolean());
                kill(victim);
            } else if (victim.failPoint.endsWith("KILL")) {
                await("death at " + victim.failPoint, () -> !victim.jvm.isAlive());
                killed(victim);
            } else {
                victim.jvm.awaitStopped();
                stopAndGoOn(victim, true);
                kill(victim);
            }
            everybodyGoesOn();
        }
        theEnd();
        System.out.println("kill test: " + kills + " processes killed");
    }

    /** While {@code stopped} stands still, perhaps another dies: that is noticed, and the stopped one is not taken for dead. */
    private void stopAndGoOn(final Victim stopped, final boolean anotherDies) throws Exception {
        stopped.jvm.stop();
        stopped.jvm.awaitStopped();
        final List<Long> before = owners(stopped);
        if (anotherDies) {
            final Victim other = survivors.peekFirst() == stopped ? survivors.removeLast() : survivors.removeFirst();
            kill(other);
            survivors.addLast(spares.remove());
            spares.add(start(null));
            // The recovery may have to wait for the stopped one; so no longer than a moment
            final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
            while (!owners(other).isEmpty() && System.nanoTime() < end) {
                LockSupport.parkNanos(500_000);
            }
        }
        assertEquals(before, owners(stopped), "a stopped process was taken for dead");
        stopped.jvm.resume();
        awaitProgress(stopped);
    }

    /** The owner words of a process's slots. */
    private List<Long> owners(final Victim victim) {
        final List<Long> owners = new ArrayList<>();
        for (int i = 0; i < segment.maxProcs(); i++) {
            final long owner = segment.slot(i).getLongVolatile(ProcLayout.OWNER_OFFSET);
            if (ProcLayout.process(owner).pid() == victim.jvm.pid()) {
                owners.add(owner);
            }
        }
        return owners;
    }

    private void kill(final Victim victim) throws Exception {
        victim.jvm.kill();
        killed(victim);
    }

    private void killed(final Victim victim) throws Exception {
        assertEquals(SIGKILLED, victim.jvm.await(), () -> victim + " ended by itself");
        assertTrue(Set.of("", "ready\n").contains(victim.jvm.rest()));
        kills++;
    }

    /** Every lock can be had, and every survivor's threads get on. */
    private void everybodyGoesOn() {
        for (final WatchedLock watched : me.locks) {
            // Without waiting, so that a lock nobody can get is a failure and no hang; the survivors wait
            await("lock " + watched, () -> watched.enter(proc, LWLockMode.EXCLUSIVE, false));
            watched.work(proc, LWLockMode.EXCLUSIVE, random);
            watched.lock.release(proc);
        }
        survivors.forEach(this::awaitProgress);
    }

    private void awaitProgress(final Victim victim) {
        for (int thread = 0; thread < KillPeer.THREADS; thread++) {
            final int number = thread;
            final long before = me.progress(victim.peer, number);
            await("progress of " + victim, () -> {
                assertTrue(victim.jvm.isAlive(), () -> victim + " ended by itself");
                return me.progress(victim.peer, number) != before;
            });
        }
    }

    private void await(final String what, final BooleanSupplier condition) {
        final long end = System.nanoTime() + SAFETY_NET_NANOS;
        while (!condition.getAsBoolean()) {
            assertNull(WatchedLock.complaint(me.complaint));
            if (System.nanoTime() > end) {
                fail("seed " + seed + ", after " + kills + " kills: no " + what + "\n" + picture());
            }
            LockSupport.parkNanos(200_000);
        }
    }

    /** The locks, and what each proc is at. */
    private String picture() {
        final StringBuilder text = new StringBuilder();
        me.locks.forEach(lock -> text.append(lock).append('\n'));
        for (int i = 0; i < segment.maxProcs(); i++) {
            final UnsafeBuffer slot = segment.slot(i);
            final long owner = slot.getLongVolatile(ProcLayout.OWNER_OFFSET);
            if (owner != 0) {
                text.append("proc ").append(i).append(" of ").append(ProcLayout.process(owner))
                    .append(ProcLayout.process(owner).isAlive() ? "" : " (dead)").append(" semaphore ")
                    .append(slot.getIntVolatile(ProcLayout.SEMAPHORE_OFFSET) & ProcLayout.SEMAPHORE_STATE_MASK);
                for (int entry = 0; entry < ProcLayout.HELD_CAPACITY; entry++) {
                    final long word = slot.getLongVolatile(ProcLayout.held(entry));
                    if (word != 0) {
                        text.append("; ").append(segment.lock(ProcLayout.lock(word))).append(" mode ")
                            .append(ProcLayout.modeCode(word)).append(" entry ").append(ProcLayout.state(word));
                    }
                }
                text.append('\n');
            }
        }
        return text.toString();
    }

    private void theEnd() throws Exception {
        for (final Victim survivor : survivors) {
            kill(survivor);
        }
        survivors.clear();
        spares.forEach(spare -> spare.jvm.close());
        segment.reapDeadProcs();
        everybodyGoesOn();
        assertNull(WatchedLock.complaint(me.complaint));
        proc.close();
        final List<Tranche> tranches = new ArrayList<>(Segment.BUILT_IN_TRANCHES);
        tranches.addAll(KillPeer.CONFIG.tranches());
        for (final Tranche tranche : tranches) {
            for (int i = 0; i < tranche.locks(); i++) {
                final LWLock lock = segment.lwLock(tranche.name(), i);
                assertEquals(0, lock.state() & ~LWLockLayout.BIASED, lock::toString);
            }
        }
        for (int i = 0; i < segment.maxProcs(); i++) {
            assertEquals(0, segment.slot(i).getLongVolatile(ProcLayout.OWNER_OFFSET));
        }
        for (final WatchedLock watched : me.locks) {
            final long[] unrecordedAndDead = watched.unrecordedAndDead();
            assertTrue(unrecordedAndDead[0] >= 0 && unrecordedAndDead[0] <= unrecordedAndDead[1],
                () -> watched + ": " + unrecordedAndDead[0] + " not recorded, " + unrecordedAndDead[1] + " died");
        }
    }
}
