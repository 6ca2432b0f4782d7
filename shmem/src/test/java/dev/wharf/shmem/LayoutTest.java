package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wharf.shmem.SegmentLayout.Section;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.List;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;

/** The shapes that processes of other programs and languages rely on. A change here is a new layout version. */
class LayoutTest {
    @Test
    void segment() {
        assertEquals(4, SegmentLayout.VERSION);
        assertEquals(8, SegmentLayout.MAGIC.length);
        assertEquals(0, SegmentLayout.MAGIC_OFFSET);
        assertEquals(8, SegmentLayout.VERSION_OFFSET);
        assertEquals(12, SegmentLayout.BYTE_ORDER_OFFSET);
        assertEquals(16, SegmentLayout.LENGTH_OFFSET);
        assertEquals(24, SegmentLayout.GENERATION_OFFSET);
        assertEquals(32, SegmentLayout.BOOT_ID_OFFSET);
        assertEquals(48, SegmentLayout.SUPERVISOR_PID_OFFSET);
        assertEquals(56, SegmentLayout.SUPERVISOR_START_TIME_OFFSET);
        assertEquals(64, SegmentLayout.STATE_OFFSET);
        assertEquals(68, SegmentLayout.PROC_COUNT_OFFSET);
        assertEquals(72, SegmentLayout.LOCK_COUNT_OFFSET);
        assertEquals(76, SegmentLayout.TRANCHE_COUNT_OFFSET);
        assertEquals(80, SegmentLayout.STRUCT_CAPACITY_OFFSET);
        assertEquals(84, SegmentLayout.COUNTER_CAPACITY_OFFSET);
        assertEquals(88, SegmentLayout.PID_NAMESPACE_OFFSET);
        assertEquals(256, SegmentLayout.SECTIONS_OFFSET);
        assertEquals(512, SegmentLayout.HEADER_LENGTH);
        assertEquals(256, Section.INDEX.offsetOffset());
        assertEquals(264, Section.INDEX.lengthOffset());
        assertEquals(272, Section.PROCS.offsetOffset());
        assertEquals(288, Section.LOCKS.offsetOffset());
        assertEquals(304, Section.TRANCHES.offsetOffset());
        assertEquals(320, Section.DSM_REGISTRY.offsetOffset());
        assertEquals(336, Section.COUNTERS_METADATA.offsetOffset());
        assertEquals(352, Section.COUNTERS_VALUES.offsetOffset());
        assertEquals(368, Section.BACKGROUND_WORKERS.offsetOffset());
        assertEquals(384, Section.HEAP.offsetOffset());
        assertEquals(0, SegmentLayout.align(0));
        assertEquals(128, SegmentLayout.align(1));
        assertEquals(128, SegmentLayout.align(128));
        assertEquals(256, SegmentLayout.align(129));
    }

    @Test
    void shmemIndex() {
        assertEquals(0, ShmemIndexLayout.COUNT_OFFSET);
        assertEquals(128, ShmemIndexLayout.entry(0));
        assertEquals(256, ShmemIndexLayout.entry(1));
        assertEquals(0, ShmemIndexLayout.NAME_OFFSET);
        assertEquals(48, ShmemIndexLayout.OFFSET_OFFSET);
        assertEquals(56, ShmemIndexLayout.SIZE_OFFSET);
        assertEquals(64, ShmemIndexLayout.ALLOCATED_SIZE_OFFSET);
        assertEquals(128 + 256 * 128, ShmemIndexLayout.LENGTH);
    }

    @Test
    void dsmRegistry() {
        assertEquals(0, DsmRegistryLayout.NAME_OFFSET);
        assertEquals(128, DsmRegistryLayout.SIZE_OFFSET);
        assertEquals(136, DsmRegistryLayout.STATE_OFFSET);
        assertEquals(256, DsmRegistryLayout.entry(1));
        assertEquals(128 * 256, DsmRegistryLayout.LENGTH);
    }

    /** As agrona has it. */
    @Test
    void counters() {
        assertEquals(0, CountersLayout.STATE_OFFSET);
        assertEquals(CountersReader.TYPE_ID_OFFSET, CountersLayout.TYPE_OFFSET);
        assertEquals(CountersReader.FREE_FOR_REUSE_DEADLINE_OFFSET, CountersLayout.DEADLINE_OFFSET);
        assertEquals(CountersReader.KEY_OFFSET, CountersLayout.KEY_OFFSET);
        assertEquals(CountersReader.MAX_KEY_LENGTH, CountersLayout.KEY_LENGTH);
        assertEquals(CountersReader.LABEL_OFFSET, CountersLayout.LABEL_LENGTH_OFFSET);
        assertEquals(132, CountersLayout.LABEL_OFFSET);
        assertEquals(CountersReader.MAX_LABEL_LENGTH, CountersLayout.MAX_LABEL);
        assertEquals(CountersReader.METADATA_LENGTH, CountersLayout.METADATA_LENGTH);
        assertEquals(0, CountersLayout.VALUE_OFFSET);
        assertEquals(CountersReader.REGISTRATION_ID_OFFSET, CountersLayout.OWNER_OFFSET);
        assertEquals(CountersReader.OWNER_ID_OFFSET, CountersLayout.OWNER_PID_OFFSET);
        assertEquals(CountersReader.REFERENCE_ID_OFFSET, CountersLayout.ALLOCATIONS_OFFSET);
        assertEquals(CountersReader.COUNTER_LENGTH, CountersLayout.VALUE_LENGTH);
        assertEquals(CountersReader.RECORD_UNUSED, CountersLayout.UNUSED);
        assertEquals(CountersReader.RECORD_ALLOCATED, CountersLayout.ALLOCATED);
        assertEquals(CountersReader.RECORD_RECLAIMED, CountersLayout.RECLAIMED);
    }

    @Test
    void tranche() {
        assertEquals(0, TrancheLayout.NAME_OFFSET);
        assertEquals(64, TrancheLayout.FIRST_LOCK_OFFSET);
        assertEquals(68, TrancheLayout.LOCK_COUNT_OFFSET);
        assertEquals(72, TrancheLayout.OWNER_DEATH_OFFSET);
        assertEquals(76, TrancheLayout.ALGORITHM_OFFSET);
        assertEquals(128, TrancheLayout.LENGTH);
    }

    @Test
    void lwLock() {
        assertEquals(0, LWLockLayout.STATE_OFFSET);
        assertEquals(4, LWLockLayout.TRANCHE_OFFSET);
        assertEquals(8, LWLockLayout.HEAD_OFFSET);
        assertEquals(12, LWLockLayout.TAIL_OFFSET);
        assertEquals(16, LWLockLayout.TICKET_OFFSET);
        assertEquals(24, LWLockLayout.DEAD_OWNER_PID_OFFSET);
        assertEquals(28, LWLockLayout.WITHDRAWN_OFFSET);
        assertEquals(32, LWLockLayout.VERSION_OFFSET);
        assertEquals(40, LWLockLayout.UNBIASED_UNTIL_OFFSET);
        assertEquals(48, LWLockLayout.FUTEX_WAKES_OFFSET);
        assertEquals(56, LWLockLayout.WAITS_UNTIL_FREE_OFFSET);
        assertEquals(64, LWLockLayout.SHARED_ACQUIRES_OFFSET);
        assertEquals(72, LWLockLayout.EXCLUSIVE_ACQUIRES_OFFSET);
        assertEquals(80, LWLockLayout.SHARED_WAITS_OFFSET);
        assertEquals(88, LWLockLayout.EXCLUSIVE_WAITS_OFFSET);
        assertEquals(96, LWLockLayout.SPIN_DELAYS_OFFSET);
        assertEquals(104, LWLockLayout.SELF_DEQUEUES_OFFSET);
        assertEquals(112, LWLockLayout.FUTEX_SLEEPS_OFFSET);
        assertEquals(120, LWLockLayout.WAIT_NANOS_OFFSET);
        assertEquals(128, LWLockLayout.LENGTH);
        assertEquals(3, LWLockLayout.number(384));
        assertEquals(384, LWLockLayout.offset(3));
        assertEquals(0x0400_0000, LWLockLayout.BIASED);
        assertEquals(1, LWLockLayout.SHARED);
        assertEquals(0x0004_0000, LWLockLayout.EXCLUSIVE);
        assertEquals(0x0007_FFFF, LWLockLayout.LOCK_MASK);
        assertEquals(0x0800_0000, LWLockLayout.INCONSISTENT);
        assertEquals(0x1000_0000, LWLockLayout.RECOVERING);
        assertEquals(0x2000_0000, LWLockLayout.LIST_LOCKED);
        assertEquals(0x4000_0000, LWLockLayout.WAKE_IN_PROGRESS);
        assertEquals(0x8000_0000, LWLockLayout.HAS_WAITERS);
        assertEquals(1, LWLockMode.SHARED.code);
        assertEquals(2, LWLockMode.EXCLUSIVE.code);
    }

    @Test
    void proc() {
        assertEquals(0, ProcLayout.OWNER_OFFSET);
        assertEquals(8, ProcLayout.TID_OFFSET);
        assertEquals(12, ProcLayout.WAIT_EVENT_OFFSET);
        assertEquals(16, ProcLayout.BACKEND_TYPE_OFFSET);
        assertEquals(128, ProcLayout.LATCH_OFFSET);
        assertEquals(132, ProcLayout.INTERRUPTS_OFFSET);
        assertEquals(256, ProcLayout.SEMAPHORE_OFFSET);
        assertEquals(260, ProcLayout.NEXT_OFFSET);
        assertEquals(264, ProcLayout.PREVIOUS_OFFSET);
        assertEquals(268, ProcLayout.WAIT_MODE_OFFSET);
        assertEquals(384, ProcLayout.held(0));
        assertEquals(400, ProcLayout.held(1));
        assertEquals(8, ProcLayout.HELD_TICKET_OFFSET);
        assertEquals(3584, ProcLayout.acquires(0));
        assertEquals(3592, ProcLayout.acquires(129));
        assertEquals(4608, ProcLayout.LENGTH);
        assertEquals(0, ProcLayout.LENGTH % SegmentLayout.ALIGNMENT);
    }

    @Test
    void backgroundWorker() {
        assertEquals(0, BackgroundWorkerLayout.SUPERVISOR_OFFSET);
        assertEquals(8, BackgroundWorkerLayout.SUPERVISOR_PROC_OFFSET);
        assertEquals(12, BackgroundWorkerLayout.STAGE_OFFSET);
        assertEquals(16, BackgroundWorkerLayout.ADMISSION_OFFSET);
        assertEquals(128, BackgroundWorkerLayout.slot(0));
        assertEquals(128 + 1024, BackgroundWorkerLayout.slot(1));
        assertEquals(128 + 8 * 1024, BackgroundWorkerLayout.length(8));
        assertEquals(8, BackgroundWorkerLayout.workers(128 + 8 * 1024));
        assertEquals(List.of(0, 4, 8, 16, 24, 32, 40, 44, 48, 56), List.of(BackgroundWorkerLayout.IN_USE_OFFSET,
            BackgroundWorkerLayout.STATUS_OFFSET, BackgroundWorkerLayout.GENERATION_OFFSET,
            BackgroundWorkerLayout.LAUNCHER_OFFSET, BackgroundWorkerLayout.WORKER_OFFSET,
            BackgroundWorkerLayout.TERMINATE_OFFSET, BackgroundWorkerLayout.EXIT_CODE_OFFSET,
            BackgroundWorkerLayout.STARTS_OFFSET, BackgroundWorkerLayout.STARTED_AT_OFFSET,
            BackgroundWorkerLayout.CRASHED_AT_OFFSET));
        assertEquals(List.of(64, 68, 72, 76, 80, 88, 128, 256, 352, 448, 576), List.of(BackgroundWorkerLayout.FLAGS_OFFSET,
            BackgroundWorkerLayout.START_TIME_OFFSET, BackgroundWorkerLayout.RESTART_TIME_OFFSET,
            BackgroundWorkerLayout.LAUNCHER_PROC_OFFSET, BackgroundWorkerLayout.MAIN_ARG_OFFSET,
            BackgroundWorkerLayout.NOTIFY_PID_OFFSET, BackgroundWorkerLayout.EXTRA_OFFSET, BackgroundWorkerLayout.NAME_OFFSET,
            BackgroundWorkerLayout.TYPE_OFFSET, BackgroundWorkerLayout.LIBRARY_OFFSET, BackgroundWorkerLayout.MAIN_OFFSET));
        assertEquals(1024, BackgroundWorkerLayout.SLOT_LENGTH);
        assertEquals(0, BackgroundWorkerLayout.SLOT_LENGTH % SegmentLayout.ALIGNMENT);
        assertEquals(List.of(0, 1, 2), List.of(BackgroundWorkerLayout.NOT_YET_STARTED, BackgroundWorkerLayout.STARTED,
            BackgroundWorkerLayout.STOPPED));
    }

    @Test
    void heldWord() {
        final long word = ProcLayout.heldWord(0x12345678, LWLockMode.EXCLUSIVE, ProcLayout.INTENT);
        assertEquals(0x12345678_00000201L, word);
        assertEquals(0x12345678, ProcLayout.lock(word));
        assertEquals(2, ProcLayout.modeCode(word));
        assertEquals(0x12345678_00000204L, ProcLayout.withState(word, ProcLayout.RELEASING));
        assertEquals(ProcLayout.RELEASING, ProcLayout.state(ProcLayout.withState(word, ProcLayout.RELEASING)));
    }

    @Test
    void codes() {
        assertEquals(List.of(0, 1, 2, 3), List.of(ProcLayout.NOT_WAITING, ProcLayout.LISTED, ProcLayout.CHOSEN,
            ProcLayout.GRANTED));
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6), List.of(ProcLayout.FREE, ProcLayout.INTENT, ProcLayout.HELD,
            ProcLayout.WAITING, ProcLayout.RELEASING, ProcLayout.UPDATING, ProcLayout.TAKEN));
        assertEquals(3, ProcLayout.UNTIL_FREE);
        assertEquals(5, ProcLayout.PUBLISHED);
        assertEquals(List.of(LWLockAlgorithm.POSTGRES, LWLockAlgorithm.NO_BARGING, LWLockAlgorithm.DISTRIBUTED_READERS,
            LWLockAlgorithm.OPTIMISTIC, LWLockAlgorithm.SPINNING), List.of(LWLockAlgorithm.values()));
    }

    @Test
    void ownerWordHoldsTheLargestPidAndStartTime() {
        final ProcessIdentity largest = new ProcessIdentity((1 << 22) - 1, (1L << 40) - 1);
        assertEquals(-1L << 2 | 1, ProcLayout.owner(largest, ProcLayout.CLAIMED));
        assertEquals(largest, ProcLayout.process(ProcLayout.owner(largest, ProcLayout.ACTIVE)));
        final ProcessIdentity current = ProcessIdentity.current();
        assertEquals(current, ProcLayout.process(ProcLayout.owner(current, ProcLayout.ACTIVE)));
    }
}
