package dev.wharf.shmem;

import dev.wharf.shmem.os.ProcessIdentity;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A lock with data that shows whether it did its work, whoever was killed.
 *
 * <pre>
 *   first | second     written one after the other under the exclusive lock, equal whenever it is free
 *   writer             who is inside exclusively; left behind by the dead
 *   recorded           how many have been inside exclusively to the end, added atomically: does not rely on the lock
 *   dead writers       how many were found left behind
 *   readers[maxProcs]  who is inside shared
 * </pre>
 */
final class WatchedLock {
    private static final int LINE = SegmentLayout.ALIGNMENT;
    private static final int FIRST = 0;
    private static final int SECOND = FIRST + LINE;
    private static final int WRITER = SECOND + LINE;
    private static final int RECORDED = WRITER + LINE;
    private static final int DEAD_WRITERS = RECORDED + LINE;
    private static final int READERS = DEAD_WRITERS + LINE;

    private static final long ME = ProcLayout.owner(ProcessIdentity.current(), ProcLayout.ACTIVE);

    final LWLock lock;
    private final UnsafeBuffer data;
    private final UnsafeBuffer complaint;
    private final int maxProcs;
    private final boolean isConsistent;

    /** @param complaint where the first thing that is wrong is written, as text */
    WatchedLock(final Segment segment, final LWLock lock, final UnsafeBuffer data, final UnsafeBuffer complaint) {
        this.lock = lock;
        this.data = data;
        this.complaint = complaint;
        maxProcs = segment.maxProcs();
        isConsistent = segment.ownerDeath(lock.trancheId) == SegmentConfig.OwnerDeath.CONSISTENT;
    }

    static int length(final int maxProcs) {
        return (int)SegmentLayout.align(READERS + maxProcs * Long.BYTES);
    }

    /**
     * Takes the lock.
     *
     * @param wait until it is free
     * @return false if it was not free, or had to be repaired first
     */
    boolean enter(final Proc proc, final LWLockMode mode, final boolean wait) {
        try {
            if (!wait) {
                return lock.conditionalAcquire(proc, mode);
            }
            lock.acquire(proc, mode);
            return true;
        } catch (final ShmemException e) {
            if (!e.sqlState().equals(ShmemException.DATA_CORRUPTED) || !lock.tranche().equals(KillPeer.REPORTED)) {
                complain("acquire: " + e);
            }
            lock.repair(this::repair);
            return false;
        }
    }

    /** What is done in the lock. */
    void work(final Proc proc, final LWLockMode mode, final SplittableRandom random) {
        if (mode == LWLockMode.EXCLUSIVE) {
            write(random);
        } else {
            read(proc, random);
        }
    }

    private void write(final SplittableRandom random) {
        final long before = leftBehind(WRITER, "a writer beside a live writer");
        if (before != 0) {
            data.putLong(DEAD_WRITERS, data.getLong(DEAD_WRITERS) + 1);
        }
        data.putLongVolatile(WRITER, ME);
        for (int i = 0; i < maxProcs; i++) {
            if (leftBehind(READERS + i * Long.BYTES, "a writer beside a live reader") != 0) {
                data.putLongVolatile(READERS + i * Long.BYTES, 0);
            }
        }
        final long value = checkPair(before != 0);
        data.putLongRelease(FIRST, value + 1);
        hold(random);
        data.putLongRelease(SECOND, value + 1);
        data.getAndAddLong(RECORDED, 1);
        data.putLongVolatile(WRITER, 0);
    }

    private void read(final Proc proc, final SplittableRandom random) {
        final int mine = READERS + proc.procNumber() * Long.BYTES;
        data.putLongVolatile(mine, ME);
        final boolean afterDeath = leftBehind(WRITER, "a reader beside a live writer") != 0;
        final long value = checkPair(afterDeath);
        hold(random);
        if (data.getLongVolatile(FIRST) != value || checkPair(afterDeath) != value) {
            complain("what a reader had read changed under it");
        }
        data.putLongVolatile(mine, 0);
    }

    /** After the death of who held it exclusively: what it began is finished. */
    void repair() {
        leftBehind(WRITER, "a repair beside a live writer");
        for (int i = 0; i < maxProcs; i++) {
            leftBehind(READERS + i * Long.BYTES, "a repair beside a live reader");
        }
        data.putLongRelease(SECOND, data.getLong(FIRST));
    }

    private long checkPair(final boolean afterDeath) {
        final long first = data.getLongVolatile(FIRST);
        final long second = data.getLongVolatile(SECOND);
        if (first != second && !(isConsistent && afterDeath && first == second + 1)) {
            complain("the pair is " + first + " and " + second + (afterDeath ? " after a death" : ""));
        }
        return first;
    }

    /** Who is said to be in there, which must be nobody or somebody dead. */
    private long leftBehind(final int offset, final String wrong) {
        final long owner = data.getLongVolatile(offset);
        if (owner != 0 && ProcLayout.process(owner).isAlive()) {
            complain(wrong + ", process " + ProcLayout.process(owner).pid());
        }
        return owner;
    }

    private static void hold(final SplittableRandom random) {
        if (random.nextInt(16) == 0) {
            LockSupport.parkNanos(20_000);
        }
        for (int i = random.nextInt(100); i > 0; i--) {
            Thread.onSpinWait();
        }
    }

    private void complain(final String what) {
        final String text = "process " + ProcessIdentity.current().pid() + ", " + lock + ": " + what;
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (complaint.compareAndSetLong(0, 0, bytes.length)) {
            complaint.putBytes(Long.BYTES, bytes, 0, Math.min(bytes.length, complaint.capacity() - Long.BYTES));
        }
        throw new IllegalStateException(text);
    }

    /** What is wrong, or null. */
    static String complaint(final UnsafeBuffer complaint) {
        final int length = (int)complaint.getLongVolatile(0);
        return length == 0 ? null : complaint.getStringWithoutLengthUtf8(
            Long.BYTES, Math.min(length, complaint.capacity() - Long.BYTES));
    }

    /** With nobody inside: how many more have been in exclusively than were recorded; and how many may have died there. */
    long[] unrecordedAndDead() {
        return new long[] {data.getLong(FIRST) - data.getLong(RECORDED),
            data.getLong(DEAD_WRITERS) + (data.getLong(WRITER) == 0 ? 0 : 1)};
    }

    @Override
    public String toString() {
        return lock + " first=" + data.getLong(FIRST) + " second=" + data.getLong(SECOND) + " writer="
            + ProcLayout.process(data.getLong(WRITER)).pid();
    }
}
