package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.BackgroundWorkerLayout;
import dev.wharf.shmem.ShmemException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * A background worker to register: PostgreSQL's structure of that name.
 *
 * @param name of this one, for people and messages: 1 to 95 bytes of UTF-8
 * @param type of all that are alike, its backend type; if empty, the name
 * @param flags what it needs
 * @param startTime from when on it may run
 * @param restartTime seconds from a crash to its next start, or {@link #NEVER_RESTART}
 * @param library where its code is: empty for the class path, else what the {@link BackgroundWorkerBootstrap} takes for a
 *     name; at most 127 bytes
 * @param main the class that it runs, a {@link BackgroundWorkerMain}: at most 447 bytes
 * @param mainArg handed to it
 * @param extra handed to it too: at most 128 bytes, the rest of which it sees as zeros
 * @param notifyPid whose latches are set when it has been started and when it has ended; 0 for nobody's
 */
public record BackgroundWorker(String name, String type, Set<Flag> flags, StartTime startTime, int restartTime,
                               String library, String main, long mainArg, byte[] extra, long notifyPid) {
    /** Restart time: do not start it again. */
    public static final int NEVER_RESTART = -1;
    /** Restart time unless said: seconds. */
    public static final int DEFAULT_RESTART_TIME = 60;
    /** PostgreSQL's BGW_MAXLEN: bytes of a name and a type, the zero at its end included. */
    public static final int MAX_LENGTH = BackgroundWorkerLayout.NAME_LENGTH;
    /** PostgreSQL's BGW_EXTRALEN: bytes. */
    public static final int EXTRA_LENGTH = BackgroundWorkerLayout.EXTRA_LENGTH;
    private static final int LONGEST_RESTART_TIME = 86_400_000;

    /** What a worker needs. Ordinals are part of the segment's layout: add at the end. */
    public enum Flag {
        /** The segment; each one must have it. */
        SHMEM_ACCESS,
        /** A session's doings. A library's worker has the vector module, which COPY is quicker with, only if it has this. */
        BACKEND_DATABASE_CONNECTION,
        /** Ends when its database is altered or dropped. */
        INTERRUPTIBLE
    }

    /** From when on a worker may run, in the order in which a supervisor comes to it. */
    public enum StartTime {
        /** As soon as there is shared memory. */
        POSTMASTER_START,
        /** Data can be read. */
        CONSISTENT_STATE,
        /** Data can be written. */
        RECOVERY_FINISHED
    }

    public BackgroundWorker {
        checkText("name", name, 1, MAX_LENGTH - 1);
        type = type.isEmpty() ? name : type;
        checkText("type", type, 1, MAX_LENGTH - 1);
        checkText("library", library, 0, BackgroundWorkerLayout.LIBRARY_LENGTH - 1);
        checkText("main", main, 1, BackgroundWorkerLayout.MAIN_LENGTH - 1);
        if (extra.length > EXTRA_LENGTH) {
            throw new IllegalArgumentException("extra must have at most " + EXTRA_LENGTH + " bytes: " + extra.length);
        }
        extra = Arrays.copyOf(extra, EXTRA_LENGTH);
        flags = Set.copyOf(flags);
        Objects.requireNonNull(startTime);
    }

    /** With shared memory only, started once recovery has finished, and again 60 seconds after a crash. */
    public BackgroundWorker(final String name, final String main) {
        this(name, "", EnumSet.of(Flag.SHMEM_ACCESS), StartTime.RECOVERY_FINISHED, DEFAULT_RESTART_TIME, "", main, 0,
            new byte[0], 0);
    }

    public BackgroundWorker withType(final String newType) {
        return new BackgroundWorker(name, newType, flags, startTime, restartTime, library, main, mainArg, extra, notifyPid);
    }

    public BackgroundWorker withFlags(final Set<Flag> newFlags) {
        return new BackgroundWorker(name, type, newFlags, startTime, restartTime, library, main, mainArg, extra, notifyPid);
    }

    public BackgroundWorker withStartTime(final StartTime newStartTime) {
        return new BackgroundWorker(name, type, flags, newStartTime, restartTime, library, main, mainArg, extra, notifyPid);
    }

    /** @param seconds or {@link #NEVER_RESTART} */
    public BackgroundWorker withRestartTime(final int seconds) {
        return new BackgroundWorker(name, type, flags, startTime, seconds, library, main, mainArg, extra, notifyPid);
    }

    public BackgroundWorker withLibrary(final String newLibrary) {
        return new BackgroundWorker(name, type, flags, startTime, restartTime, newLibrary, main, mainArg, extra, notifyPid);
    }

    public BackgroundWorker withMainArg(final long newMainArg) {
        return new BackgroundWorker(name, type, flags, startTime, restartTime, library, main, newMainArg, extra, notifyPid);
    }

    public BackgroundWorker withExtra(final byte[] newExtra) {
        return new BackgroundWorker(name, type, flags, startTime, restartTime, library, main, mainArg, newExtra, notifyPid);
    }

    /** @param pid of this process, mostly: 0 for nobody */
    public BackgroundWorker withNotifyPid(final long pid) {
        return new BackgroundWorker(name, type, flags, startTime, restartTime, library, main, mainArg, extra, pid);
    }

    /** A copy. */
    @Override
    public byte[] extra() {
        return extra.clone();
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof final BackgroundWorker that && name.equals(that.name) && type.equals(that.type)
            && flags.equals(that.flags) && startTime == that.startTime && restartTime == that.restartTime
            && library.equals(that.library) && main.equals(that.main) && mainArg == that.mainArg
            && Arrays.equals(extra, that.extra) && notifyPid == that.notifyPid;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, type, main, mainArg, notifyPid);
    }

    /**
     * PostgreSQL's SanityCheckBackgroundWorker.
     *
     * @throws ShmemException 22023
     */
    void sanityCheck() {
        if (!flags.contains(Flag.SHMEM_ACCESS)) {
            throw invalid("background workers without shared memory access are not supported");
        }
        if (flags.contains(Flag.BACKEND_DATABASE_CONNECTION) && startTime == StartTime.POSTMASTER_START) {
            throw invalid("cannot request database access if starting at postmaster start");
        }
        if (flags.contains(Flag.INTERRUPTIBLE) && !flags.contains(Flag.BACKEND_DATABASE_CONNECTION)) {
            throw invalid("cannot make background workers interruptible without database access");
        }
        if (restartTime < 0 && restartTime != NEVER_RESTART || restartTime > LONGEST_RESTART_TIME) {
            throw invalid("invalid restart interval");
        }
    }

    private ShmemException invalid(final String what) {
        return new ShmemException(ShmemException.INVALID_PARAMETER_VALUE, "background worker \"" + name + "\": " + what);
    }

    private static void checkText(final String field, final String text, final int least, final int most) {
        final int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length < least || length > most) {
            throw new ShmemException(ShmemException.NAME_TOO_LONG, "background worker " + field + " must have " + least + " to "
                + most + " bytes, not " + length + ": \"" + text + "\"");
        }
        if (text.indexOf('\0') >= 0) {
            throw new ShmemException(ShmemException.CHARACTER_NOT_IN_REPERTOIRE,
                "invalid byte sequence for encoding \"UTF8\": 0x00");
        }
    }
}
