package dev.wharf.shmem;

import static dev.wharf.shmem.LWLockLayout.BARRED;
import static dev.wharf.shmem.LWLockLayout.EXCLUSIVE;
import static dev.wharf.shmem.LWLockLayout.HAS_WAITERS;
import static dev.wharf.shmem.LWLockLayout.INCONSISTENT;
import static dev.wharf.shmem.LWLockLayout.WAKE_IN_PROGRESS;

import org.agrona.collections.MutableLong;
import org.agrona.concurrent.AtomicBuffer;

/**
 * Waiting for a variable that the exclusive holder of a lock changes: {@link LWLock#waitForVar}.
 *
 * <p>A waiter queues, which sets HAS_WAITERS, and then looks at the variable. The holder exchanges the variable, and then
 * looks at HAS_WAITERS. Each is a full fence between the two, so one of them sees the other.
 *
 * <p>The holder wakes in UPDATING, which the reaper counts as holding and waits out before it touches the list. While the
 * list is the reaper's, the holder waits for it, holding the lock: the reaper waits for no HELD.
 */
final class LWLockVariables {
    private final LWLock lock;
    private final LWLockQueue queue;

    LWLockVariables(final LWLock lock, final LWLockQueue queue) {
        this.lock = lock;
        this.queue = queue;
    }

    boolean waitForVar(final Proc proc, final AtomicBuffer variable, final int index, final long oldValue,
                       final MutableLong newValue) {
        proc.checkMayWaitFor(lock);
        final long intent = ProcLayout.heldWord(lock.number, ProcLayout.UNTIL_FREE, ProcLayout.INTENT);
        int entry = -1;
        for (;;) {
            final int state = lock.state();
            final boolean free = (state & (EXCLUSIVE | INCONSISTENT)) == 0;
            final long value = variable.getLongVolatile(index);
            if (free || value != oldValue) {
                if (entry >= 0) {
                    proc.pop(entry);
                }
                if (!free) {
                    newValue.set(value);
                }
                return free;
            }
            if (entry < 0) {
                entry = proc.push(lock, intent);
                lock.checkWaitsNotForItself(proc, LWLockMode.EXCLUSIVE, entry);
            } else {
                proc.store(entry, intent);
            }
            if ((state & BARRED) != 0) {
                queue.standBack(proc, intent, entry);
            } else if (queue.enqueue(proc, ProcLayout.UNTIL_FREE, entry, WAKE_IN_PROGRESS)) {
                // A wake-up in progress is for others, and must not keep the next release from waking us: cleared
                final int now = lock.state();
                if ((now & EXCLUSIVE) != 0 && variable.getLongVolatile(index) == oldValue) {
                    proc.store(entry, ProcLayout.withState(intent, ProcLayout.WAITING));
                    queue.sleep(proc, LWLockLayout.WAITS_UNTIL_FREE_OFFSET);
                } else {
                    queue.abandon(proc, intent, entry);
                }
            }
        }
    }

    void updateVar(final Proc proc, final AtomicBuffer variable, final int index, final long value) {
        final int entry = proc.find(lock.number);
        final long held = entry < 0 ? ProcLayout.FREE : proc.word(entry);
        if (ProcLayout.modeCode(held) != LWLockMode.EXCLUSIVE.code) {
            throw lock.notHeld();
        }
        variable.getAndSetLong(index, value);
        while ((lock.state() & HAS_WAITERS) != 0) {
            proc.store(entry, ProcLayout.withState(held, ProcLayout.UPDATING));
            final boolean woken = queue.wakeUntilFree(proc);
            proc.store(entry, held);
            if (woken) {
                break;
            }
            queue.awaitRecovery();
        }
    }
}
