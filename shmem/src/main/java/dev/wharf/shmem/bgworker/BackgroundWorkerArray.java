package dev.wharf.shmem.bgworker;

import static dev.wharf.shmem.BackgroundWorkerLayout.ADMISSION_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.CRASHED_AT_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.EXIT_CODE_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.EXTRA_LENGTH;
import static dev.wharf.shmem.BackgroundWorkerLayout.EXTRA_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.FLAGS_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.GENERATION_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.IN_USE_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.LAUNCHER_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.LAUNCHER_PROC_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.LIBRARY_LENGTH;
import static dev.wharf.shmem.BackgroundWorkerLayout.LIBRARY_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.MAIN_ARG_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.MAIN_LENGTH;
import static dev.wharf.shmem.BackgroundWorkerLayout.MAIN_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.NAME_LENGTH;
import static dev.wharf.shmem.BackgroundWorkerLayout.NAME_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.NOTIFY_PID_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.RESTART_TIME_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.STAGE_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.STARTED_AT_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.STARTS_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.START_TIME_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.STATUS_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.SUPERVISOR_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.SUPERVISOR_PROC_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.TERMINATE_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.TYPE_OFFSET;
import static dev.wharf.shmem.BackgroundWorkerLayout.WORKER_OFFSET;

import dev.wharf.shmem.BackgroundWorkerLayout;
import dev.wharf.shmem.FailPoint;
import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.bgworker.BackgroundWorker.Flag;
import dev.wharf.shmem.bgworker.BackgroundWorker.StartTime;
import dev.wharf.shmem.os.ProcessIdentity;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/** A segment's slots for background workers: PostgreSQL's BackgroundWorkerArray. {@link BackgroundWorkerLayout} has its rules. */
final class BackgroundWorkerArray {
    static final int NONE = -1;
    /** The supervisor takes no new workers. */
    static final int CLOSED = -1;
    private static final String TRANCHE = "BackgroundWorker";
    private static final int FREE = 0;
    private static final int IN_USE = 1;

    private final Segment segment;
    private final UnsafeBuffer table;
    private final int slots;
    private final LWLock lock;

    BackgroundWorkerArray(final Segment segment) {
        this.segment = segment;
        table = segment.backgroundWorkers();
        slots = BackgroundWorkerLayout.workers(table.capacity());
        lock = segment.lwLock(TRANCHE, 0);
    }

    int slots() {
        return slots;
    }

    <T> T locked(final Proc proc, final Supplier<T> action) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            return action.get();
        } finally {
            lock.release(proc);
        }
    }

    // The supervisor's role.

    /** The live process that has the role, or null. */
    ProcessIdentity supervisor() {
        final long word = table.getLongVolatile(SUPERVISOR_OFFSET);
        final ProcessIdentity process = ProcessIdentity.unpacked(word);
        return word != 0 && process.isAlive() ? process : null;
    }

    /** Under the lock. */
    void setSupervisor(final ProcessIdentity process, final int procNumber) {
        table.putInt(SUPERVISOR_PROC_OFFSET, procNumber);
        table.putIntRelease(STAGE_OFFSET, 0);
        table.putIntRelease(ADMISSION_OFFSET, Admission.OK.ordinal());
        table.putLongRelease(SUPERVISOR_OFFSET, process == null ? 0 : process.packed());
    }

    int supervisorProc() {
        return table.getInt(SUPERVISOR_PROC_OFFSET);
    }

    /** What a supervisor has come to: 1 to 3 for {@link StartTime}, 0 before, {@link #CLOSED} once it is shutting down. */
    int stage() {
        return table.getIntVolatile(STAGE_OFFSET);
    }

    void setStage(final int stage) {
        table.putIntRelease(STAGE_OFFSET, stage);
    }

    void setAdmission(final Admission admission) {
        // Who attaches looks at this afterwards, the supervisor at who is attached
        table.putIntVolatile(ADMISSION_OFFSET, admission.ordinal());
    }

    Admission admission() {
        final Admission[] all = Admission.values();
        final int word = table.getIntVolatile(ADMISSION_OFFSET);
        return word <= 0 || word >= all.length || supervisor() == null ? Admission.OK : all[word];
    }

    // Taking and giving back a slot.

    /** Under the lock. Puts the worker into a free slot; {@link #NONE} if there is none. */
    int take(final BackgroundWorker worker, final ProcessIdentity launcher, final int launcherProc) {
        int slot = findFree();
        if (slot == NONE && reclaim()) {
            slot = findFree();
        }
        if (slot == NONE) {
            return NONE;
        }
        final int at = BackgroundWorkerLayout.slot(slot);
        table.putLong(at + GENERATION_OFFSET, table.getLong(at + GENERATION_OFFSET) + 1);
        table.putLong(at + LAUNCHER_OFFSET, launcher.packed());
        table.putLong(at + WORKER_OFFSET, 0);
        table.putInt(at + LAUNCHER_PROC_OFFSET, launcherProc);
        table.putInt(at + STATUS_OFFSET, BackgroundWorkerLayout.NOT_YET_STARTED);
        table.putInt(at + EXIT_CODE_OFFSET, NONE);
        table.putInt(at + STARTS_OFFSET, 0);
        table.putLong(at + STARTED_AT_OFFSET, 0);
        table.putLong(at + CRASHED_AT_OFFSET, 0);
        FailPoint.WORKER_SLOT_HALF.reach();
        write(at, worker);
        FailPoint.WORKER_SLOT_FILLED.reach();
        table.putIntRelease(at + IN_USE_OFFSET, IN_USE);
        FailPoint.WORKER_SLOT_TAKEN.reach();
        return slot;
    }

    private int findFree() {
        for (int slot = 0; slot < slots; slot++) {
            if (!isInUse(slot)) {
                return slot;
            }
        }
        return NONE;
    }

    /** Under the lock. Frees the slots that the dead have left behind; true if there were any. */
    boolean reclaim() {
        boolean any = false;
        for (int slot = 0; slot < slots; slot++) {
            if (isInUse(slot) && !launcher(slot).isAlive()) {
                final ProcessIdentity worker = worker(slot);
                if (worker == null || !worker.isAlive()) {
                    free(slot);
                    any = true;
                }
            }
        }
        return any;
    }

    /** By its launcher, or under the lock once that and the worker are dead. */
    void free(final int slot) {
        final int at = BackgroundWorkerLayout.slot(slot);
        final long notifyPid = table.getLong(at + NOTIFY_PID_OFFSET);
        table.putIntRelease(at + IN_USE_OFFSET, FREE);
        FailPoint.WORKER_SLOT_FREED.reach();
        notify(notifyPid);
    }

    private void write(final int at, final BackgroundWorker worker) {
        int flags = 0;
        for (final Flag flag : worker.flags()) {
            flags |= 1 << flag.ordinal();
        }
        table.putInt(at + FLAGS_OFFSET, flags);
        table.putInt(at + START_TIME_OFFSET, worker.startTime().ordinal());
        table.putInt(at + RESTART_TIME_OFFSET, worker.restartTime());
        table.putLong(at + MAIN_ARG_OFFSET, worker.mainArg());
        table.putLong(at + NOTIFY_PID_OFFSET, worker.notifyPid());
        table.putBytes(at + EXTRA_OFFSET, worker.extra());
        putText(at + NAME_OFFSET, NAME_LENGTH, worker.name());
        putText(at + TYPE_OFFSET, NAME_LENGTH, worker.type());
        putText(at + LIBRARY_OFFSET, LIBRARY_LENGTH, worker.library());
        putText(at + MAIN_OFFSET, MAIN_LENGTH, worker.main());
    }

    private void putText(final int offset, final int length, final String text) {
        table.setMemory(offset, length, (byte)0);
        table.putBytes(offset, text.getBytes(StandardCharsets.UTF_8));
    }

    /** What was registered there. */
    BackgroundWorker read(final int slot) {
        final int at = BackgroundWorkerLayout.slot(slot);
        final Set<Flag> flags = EnumSet.noneOf(Flag.class);
        for (final Flag flag : Flag.values()) {
            if ((table.getInt(at + FLAGS_OFFSET) & 1 << flag.ordinal()) != 0) {
                flags.add(flag);
            }
        }
        final byte[] extra = new byte[EXTRA_LENGTH];
        table.getBytes(at + EXTRA_OFFSET, extra);
        return new BackgroundWorker(text(at + NAME_OFFSET, NAME_LENGTH), text(at + TYPE_OFFSET, NAME_LENGTH), flags,
            StartTime.values()[table.getInt(at + START_TIME_OFFSET)], table.getInt(at + RESTART_TIME_OFFSET),
            text(at + LIBRARY_OFFSET, LIBRARY_LENGTH), text(at + MAIN_OFFSET, MAIN_LENGTH), table.getLong(at + MAIN_ARG_OFFSET),
            extra, table.getLong(at + NOTIFY_PID_OFFSET));
    }

    private String text(final int offset, final int length) {
        return Segment.text(table, offset, length);
    }

    // A slot's state.

    boolean isInUse(final int slot) {
        return table.getIntVolatile(BackgroundWorkerLayout.slot(slot) + IN_USE_OFFSET) == IN_USE;
    }

    /** Whether it is still the one that had this generation. */
    boolean isInUse(final int slot, final long generation) {
        return isInUse(slot) && generation(slot) == generation;
    }

    long generation(final int slot) {
        return table.getLongVolatile(BackgroundWorkerLayout.slot(slot) + GENERATION_OFFSET);
    }

    ProcessIdentity launcher(final int slot) {
        return ProcessIdentity.unpacked(table.getLongVolatile(BackgroundWorkerLayout.slot(slot) + LAUNCHER_OFFSET));
    }

    int launcherProc(final int slot) {
        return table.getInt(BackgroundWorkerLayout.slot(slot) + LAUNCHER_PROC_OFFSET);
    }

    /** Null while there is none. */
    ProcessIdentity worker(final int slot) {
        final long word = table.getLongVolatile(BackgroundWorkerLayout.slot(slot) + WORKER_OFFSET);
        return word == 0 ? null : ProcessIdentity.unpacked(word);
    }

    int status(final int slot) {
        return table.getIntVolatile(BackgroundWorkerLayout.slot(slot) + STATUS_OFFSET);
    }

    int starts(final int slot) {
        return table.getInt(BackgroundWorkerLayout.slot(slot) + STARTS_OFFSET);
    }

    int exitCode(final int slot) {
        return table.getInt(BackgroundWorkerLayout.slot(slot) + EXIT_CODE_OFFSET);
    }

    long startedAt(final int slot) {
        return table.getLong(BackgroundWorkerLayout.slot(slot) + STARTED_AT_OFFSET);
    }

    long crashedAt(final int slot) {
        return table.getLong(BackgroundWorkerLayout.slot(slot) + CRASHED_AT_OFFSET);
    }

    boolean isToTerminate(final int slot, final long generation) {
        return table.getLongVolatile(BackgroundWorkerLayout.slot(slot) + TERMINATE_OFFSET) == generation;
    }

    /** By anybody, at any time: it ends this one, and not who has the slot after it. */
    void terminate(final int slot, final long generation) {
        table.putLongVolatile(BackgroundWorkerLayout.slot(slot) + TERMINATE_OFFSET, generation);
    }

    /** By its launcher: it has been forked. */
    void started(final int slot, final ProcessIdentity worker) {
        final int at = BackgroundWorkerLayout.slot(slot);
        table.putInt(at + STARTS_OFFSET, table.getInt(at + STARTS_OFFSET) + 1);
        table.putLong(at + STARTED_AT_OFFSET, System.currentTimeMillis());
        table.putLongRelease(at + WORKER_OFFSET, worker.packed());
        table.putIntRelease(at + STATUS_OFFSET, BackgroundWorkerLayout.STARTED);
        notify(table.getLong(at + NOTIFY_PID_OFFSET));
    }

    /** By its launcher: it has ended, and may be started again. */
    void stopped(final int slot, final int exitCode) {
        final int at = BackgroundWorkerLayout.slot(slot);
        table.putInt(at + EXIT_CODE_OFFSET, exitCode);
        table.putLong(at + CRASHED_AT_OFFSET, exitCode == 0 ? 0 : System.currentTimeMillis());
        table.putIntRelease(at + STATUS_OFFSET, BackgroundWorkerLayout.STOPPED);
        table.putLongRelease(at + WORKER_OFFSET, 0);
        notify(table.getLong(at + NOTIFY_PID_OFFSET));
    }

    /** By its launcher: whoever waited for it is gone. */
    void forgetNotifyPid(final int slot) {
        table.putLongRelease(BackgroundWorkerLayout.slot(slot) + NOTIFY_PID_OFFSET, 0);
    }

    /** Under the lock, by the worker itself, as its launcher may have died before it could. False if the slot is not its own. */
    boolean enter(final int slot, final long generation, final ProcessIdentity launcher) {
        if (!isInUse(slot, generation) || !launcher(slot).equals(launcher) || !launcher.isAlive()) {
            return false;
        }
        table.putLongRelease(BackgroundWorkerLayout.slot(slot) + WORKER_OFFSET, ProcessIdentity.current().packed());
        return true;
    }

    private void notify(final long pid) {
        if (pid != 0) {
            segment.setLatches(pid);
        }
    }
}
