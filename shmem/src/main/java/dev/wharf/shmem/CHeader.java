package dev.wharf.shmem;

import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentLayout.Section;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The C header of a segment: every offset, size, bit and code that a program in another language needs to attach, find structs,
 * and take and release locks. The values are the layout classes' own, so the header of a build fits the segments of that build;
 * which build made a segment is what its version says. The protocol is told in {@link LWLock}.
 *
 * <pre>java -cp wharf-shmem.jar dev.wharf.shmem.CHeader wharf_shmem.h</pre>
 */
public final class CHeader {
    private final StringBuilder text = new StringBuilder(8192);

    private CHeader() {
    }

    /**
     * Writes the header to the file that the argument names.
     *
     * @throws IOException if that cannot be written
     */
    public static void main(final String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("usage: CHeader FILE");
        }
        Files.writeString(Path.of(args[0]), text());
    }

    /** The header. Needs nothing but a C preprocessor; numbers are {@code int}, or as wide as they must be. */
    public static String text() {
        final CHeader header = new CHeader();
        header.line("/* A Wharf segment, as its layout classes say. Generated: change those instead. */");
        header.line("#ifndef WHARF_SHMEM_H");
        header.line("#define WHARF_SHMEM_H");
        header.segment();
        header.sideFile();
        header.index();
        header.tranche();
        header.lwLock();
        header.proc();
        header.line("");
        header.line("#endif");
        return header.text.toString();
    }

    private void segment() {
        comment("The header, at the segment's start. state is stored last, with release");
        line("#define WHARF_SEGMENT_MAGIC \"" + new String(SegmentLayout.MAGIC, StandardCharsets.US_ASCII) + "\"");
        define("SEGMENT_MAGIC_LENGTH", SegmentLayout.MAGIC.length);
        define("SEGMENT_VERSION", SegmentLayout.VERSION);
        define("SEGMENT_BYTE_ORDER_MARK", SegmentLayout.BYTE_ORDER_MARK);
        define("SEGMENT_READY", SegmentLayout.READY);
        define("SEGMENT_ALIGNMENT", SegmentLayout.ALIGNMENT);
        define("SEGMENT_MAGIC_OFFSET", SegmentLayout.MAGIC_OFFSET);
        define("SEGMENT_VERSION_OFFSET", SegmentLayout.VERSION_OFFSET);
        define("SEGMENT_BYTE_ORDER_OFFSET", SegmentLayout.BYTE_ORDER_OFFSET);
        define("SEGMENT_LENGTH_OFFSET", SegmentLayout.LENGTH_OFFSET);
        define("SEGMENT_GENERATION_OFFSET", SegmentLayout.GENERATION_OFFSET);
        define("SEGMENT_BOOT_ID_OFFSET", SegmentLayout.BOOT_ID_OFFSET);
        define("SEGMENT_BOOT_ID_LENGTH", SegmentLayout.BOOT_ID_LENGTH);
        define("SEGMENT_SUPERVISOR_PID_OFFSET", SegmentLayout.SUPERVISOR_PID_OFFSET);
        define("SEGMENT_SUPERVISOR_START_TIME_OFFSET", SegmentLayout.SUPERVISOR_START_TIME_OFFSET);
        define("SEGMENT_STATE_OFFSET", SegmentLayout.STATE_OFFSET);
        define("SEGMENT_PROC_COUNT_OFFSET", SegmentLayout.PROC_COUNT_OFFSET);
        define("SEGMENT_LOCK_COUNT_OFFSET", SegmentLayout.LOCK_COUNT_OFFSET);
        define("SEGMENT_TRANCHE_COUNT_OFFSET", SegmentLayout.TRANCHE_COUNT_OFFSET);
        define("SEGMENT_STRUCT_CAPACITY_OFFSET", SegmentLayout.STRUCT_CAPACITY_OFFSET);
        define("SEGMENT_COUNTER_CAPACITY_OFFSET", SegmentLayout.COUNTER_CAPACITY_OFFSET);
        define("SEGMENT_PID_NAMESPACE_OFFSET", SegmentLayout.PID_NAMESPACE_OFFSET);
        define("SEGMENT_HEADER_LENGTH", SegmentLayout.HEADER_LENGTH);
        comment("Where the header has each section's offset and length, 64 bits each");
        for (final Section section : Section.values()) {
            define("SECTION_" + section + "_OFFSET_OFFSET", section.offsetOffset());
            define("SECTION_" + section + "_LENGTH_OFFSET", section.lengthOffset());
        }
    }

    private void sideFile() {
        comment("The lock file beside it: bytes of it are held by fcntl locks");
        line("#define WHARF_SIDE_FILE_SUFFIX \"" + SideFile.SUFFIX + "\"");
        define("SIDE_FILE_START_UP_MUTEX", SideFile.START_UP_MUTEX);
        define("SIDE_FILE_ATTACHED", SideFile.ATTACHED);
        define("SIDE_FILE_REAPER", SideFile.REAPER);
    }

    private void index() {
        comment("The index: a count, stored with release, and entries that never change");
        define("INDEX_COUNT_OFFSET", ShmemIndexLayout.COUNT_OFFSET);
        define("INDEX_ENTRIES_OFFSET", ShmemIndexLayout.ENTRIES_OFFSET);
        define("INDEX_ENTRY_LENGTH", ShmemIndexLayout.ENTRY_LENGTH);
        define("INDEX_NAME_OFFSET", ShmemIndexLayout.NAME_OFFSET);
        define("INDEX_NAME_LENGTH", ShmemIndexLayout.NAME_LENGTH);
        define("INDEX_OFFSET_OFFSET", ShmemIndexLayout.OFFSET_OFFSET);
        define("INDEX_SIZE_OFFSET", ShmemIndexLayout.SIZE_OFFSET);
        define("INDEX_ALLOCATED_SIZE_OFFSET", ShmemIndexLayout.ALLOCATED_SIZE_OFFSET);
    }

    private void tranche() {
        comment("A tranche: a name, and which locks are its own. Those registered later have their locks in structs");
        define("TRANCHE_CAPACITY", SegmentConfig.MAX_TRANCHES);
        define("TRANCHE_NAME_OFFSET", TrancheLayout.NAME_OFFSET);
        define("TRANCHE_NAME_LENGTH", TrancheLayout.NAME_LENGTH);
        define("TRANCHE_FIRST_LOCK_OFFSET", TrancheLayout.FIRST_LOCK_OFFSET);
        define("TRANCHE_LOCK_COUNT_OFFSET", TrancheLayout.LOCK_COUNT_OFFSET);
        define("TRANCHE_OWNER_DEATH_OFFSET", TrancheLayout.OWNER_DEATH_OFFSET);
        define("TRANCHE_ALGORITHM_OFFSET", TrancheLayout.ALGORITHM_OFFSET);
        define("TRANCHE_LENGTH", TrancheLayout.LENGTH);
        for (final LWLockAlgorithm algorithm : LWLockAlgorithm.values()) {
            define("ALGORITHM_" + algorithm, algorithm.ordinal());
        }
        for (final OwnerDeath ownerDeath : OwnerDeath.values()) {
            define("OWNER_DEATH_" + ownerDeath, ownerDeath.ordinal());
        }
    }

    private void lwLock() {
        comment("A lock; head and tail are proc numbers plus one, 0 for none");
        define("LWLOCK_STATE_OFFSET", LWLockLayout.STATE_OFFSET);
        define("LWLOCK_TRANCHE_OFFSET", LWLockLayout.TRANCHE_OFFSET);
        define("LWLOCK_HEAD_OFFSET", LWLockLayout.HEAD_OFFSET);
        define("LWLOCK_TAIL_OFFSET", LWLockLayout.TAIL_OFFSET);
        define("LWLOCK_TICKET_OFFSET", LWLockLayout.TICKET_OFFSET);
        define("LWLOCK_DEAD_OWNER_PID_OFFSET", LWLockLayout.DEAD_OWNER_PID_OFFSET);
        define("LWLOCK_WITHDRAWN_OFFSET", LWLockLayout.WITHDRAWN_OFFSET);
        define("LWLOCK_VERSION_OFFSET", LWLockLayout.VERSION_OFFSET);
        define("LWLOCK_UNBIASED_UNTIL_OFFSET", LWLockLayout.UNBIASED_UNTIL_OFFSET);
        define("LWLOCK_FUTEX_WAKES_OFFSET", LWLockLayout.FUTEX_WAKES_OFFSET);
        define("LWLOCK_WAITS_UNTIL_FREE_OFFSET", LWLockLayout.WAITS_UNTIL_FREE_OFFSET);
        define("LWLOCK_SHARED_ACQUIRES_OFFSET", LWLockLayout.SHARED_ACQUIRES_OFFSET);
        define("LWLOCK_EXCLUSIVE_ACQUIRES_OFFSET", LWLockLayout.EXCLUSIVE_ACQUIRES_OFFSET);
        define("LWLOCK_SHARED_WAITS_OFFSET", LWLockLayout.SHARED_WAITS_OFFSET);
        define("LWLOCK_EXCLUSIVE_WAITS_OFFSET", LWLockLayout.EXCLUSIVE_WAITS_OFFSET);
        define("LWLOCK_SPIN_DELAYS_OFFSET", LWLockLayout.SPIN_DELAYS_OFFSET);
        define("LWLOCK_SELF_DEQUEUES_OFFSET", LWLockLayout.SELF_DEQUEUES_OFFSET);
        define("LWLOCK_FUTEX_SLEEPS_OFFSET", LWLockLayout.FUTEX_SLEEPS_OFFSET);
        define("LWLOCK_WAIT_NANOS_OFFSET", LWLockLayout.WAIT_NANOS_OFFSET);
        define("LWLOCK_LENGTH", LWLockLayout.LENGTH);
        comment("Its state word");
        bits("LWLOCK_SHARED", LWLockLayout.SHARED);
        bits("LWLOCK_EXCLUSIVE", LWLockLayout.EXCLUSIVE);
        bits("LWLOCK_LOCK_MASK", LWLockLayout.LOCK_MASK);
        bits("LWLOCK_SHARED_FULL", LWLockLayout.SHARED_FULL);
        bits("LWLOCK_BIASED", LWLockLayout.BIASED);
        bits("LWLOCK_INCONSISTENT", LWLockLayout.INCONSISTENT);
        bits("LWLOCK_RECOVERING", LWLockLayout.RECOVERING);
        bits("LWLOCK_BARRED", LWLockLayout.BARRED);
        bits("LWLOCK_LIST_LOCKED", LWLockLayout.LIST_LOCKED);
        bits("LWLOCK_WAKE_IN_PROGRESS", LWLockLayout.WAKE_IN_PROGRESS);
        bits("LWLOCK_HAS_WAITERS", LWLockLayout.HAS_WAITERS);
        comment("Modes, in a held word and as a waiting slot's");
        for (final LWLockMode mode : LWLockMode.values()) {
            define("LWLOCK_MODE_" + mode, mode.code);
        }
        define("LWLOCK_MODE_UNTIL_FREE", ProcLayout.UNTIL_FREE);
        define("LWLOCK_MODE_PUBLISHED", ProcLayout.PUBLISHED);
    }

    private void proc() {
        comment("A slot of the proc table");
        define("PROC_OWNER_OFFSET", ProcLayout.OWNER_OFFSET);
        define("PROC_TID_OFFSET", ProcLayout.TID_OFFSET);
        define("PROC_WAIT_EVENT_OFFSET", ProcLayout.WAIT_EVENT_OFFSET);
        define("PROC_BACKEND_TYPE_OFFSET", ProcLayout.BACKEND_TYPE_OFFSET);
        define("PROC_BACKEND_TYPE_LENGTH", ProcLayout.BACKEND_TYPE_LENGTH);
        define("PROC_LATCH_OFFSET", ProcLayout.LATCH_OFFSET);
        define("PROC_SEMAPHORE_OFFSET", ProcLayout.SEMAPHORE_OFFSET);
        define("PROC_NEXT_OFFSET", ProcLayout.NEXT_OFFSET);
        define("PROC_PREVIOUS_OFFSET", ProcLayout.PREVIOUS_OFFSET);
        define("PROC_WAIT_MODE_OFFSET", ProcLayout.WAIT_MODE_OFFSET);
        define("PROC_HELD_OFFSET", ProcLayout.HELD_OFFSET);
        define("PROC_HELD_CAPACITY", ProcLayout.HELD_CAPACITY);
        define("PROC_HELD_LENGTH", ProcLayout.HELD_LENGTH);
        define("PROC_HELD_WORD_OFFSET", ProcLayout.HELD_WORD_OFFSET);
        define("PROC_HELD_TICKET_OFFSET", ProcLayout.HELD_TICKET_OFFSET);
        define("PROC_ACQUIRES_OFFSET", ProcLayout.ACQUIRES_OFFSET);
        define("PROC_ACQUIRES_CAPACITY", ProcLayout.ACQUIRES_CAPACITY);
        define("PROC_ACQUIRES_LENGTH", ProcLayout.ACQUIRES_LENGTH);
        define("PROC_LENGTH", ProcLayout.LENGTH);
        comment("Its owner: (pid << start time bits | start time) << state bits | state");
        define("PROC_OWNER_STATE_BITS", ProcLayout.OWNER_STATE_BITS);
        define("PROC_OWNER_START_TIME_BITS", ProcLayout.START_TIME_BITS);
        define("PROC_OWNER_CLAIMED", ProcLayout.CLAIMED);
        define("PROC_OWNER_ACTIVE", ProcLayout.ACTIVE);
        comment("A held word: lock number << 32 | mode << mode shift | state; the number is the lock's offset / its length");
        define("PROC_HELD_LOCK_SHIFT", Integer.SIZE);
        define("PROC_HELD_MODE_SHIFT", ProcLayout.MODE_SHIFT);
        define("PROC_HELD_FREE", ProcLayout.FREE);
        define("PROC_HELD_INTENT", ProcLayout.INTENT);
        define("PROC_HELD_HELD", ProcLayout.HELD);
        define("PROC_HELD_WAITING", ProcLayout.WAITING);
        define("PROC_HELD_RELEASING", ProcLayout.RELEASING);
        define("PROC_HELD_UPDATING", ProcLayout.UPDATING);
        define("PROC_HELD_TAKEN", ProcLayout.TAKEN);
        comment("The semaphore: an episode, and whether it is in a wait list");
        bits("PROC_SEMAPHORE_STATE_MASK", ProcLayout.SEMAPHORE_STATE_MASK);
        bits("PROC_SEMAPHORE_NOT_WAITING", ProcLayout.NOT_WAITING);
        bits("PROC_SEMAPHORE_LISTED", ProcLayout.LISTED);
        bits("PROC_SEMAPHORE_CHOSEN", ProcLayout.CHOSEN);
        bits("PROC_SEMAPHORE_GRANTED", ProcLayout.GRANTED);
        bits("PROC_SEMAPHORE_EPISODE", ProcLayout.EPISODE);
        comment("The latch");
        define("PROC_LATCH_CLEAR", ProcLayout.LATCH_CLEAR);
        define("PROC_LATCH_SET", ProcLayout.LATCH_SET);
        define("PROC_LATCH_AWAITED", ProcLayout.LATCH_AWAITED);
        comment("The wait event of a sleeper for a lock: this plus the tranche's number");
        bits("WAIT_EVENT_LWLOCK", WaitEvent.lwLock(0));
    }

    private void comment(final String what) {
        line("");
        line("/* " + what + ". */");
    }

    private void define(final String name, final long value) {
        line("#define WHARF_" + name + " " + value);
    }

    private void bits(final String name, final int value) {
        line("#define WHARF_" + name + " 0x" + String.format("%08x", value) + "u");
    }

    private void line(final String line) {
        text.append(line).append('\n');
    }
}
