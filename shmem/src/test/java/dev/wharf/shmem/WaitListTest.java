package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list's links, forwards and backwards. One thread: who may change it when is tested elsewhere. */
class WaitListTest {
    private static final int PROCS = 8;

    @TempDir
    private Path directory;

    private Segment segment;
    private LWLock lock;

    @BeforeEach
    void create() {
        segment = Segment.open(directory.resolve("segment"),
            new SegmentConfig(1 << 20, List.of(new Tranche("T", 1, OwnerDeath.CONSISTENT)), PROCS));
        lock = segment.lwLock("T", 0);
    }

    @AfterEach
    void close() {
        segment.close();
    }

    @Test
    void whoComesBackGoesToTheHeadBehindThoseThatWaitUntilFree() {
        append(0, LWLockMode.EXCLUSIVE.code);
        append(1, LWLockMode.SHARED.code);
        putBack(2, LWLockMode.EXCLUSIVE.code);
        assertEquals(List.of(2, 0, 1), procs());
        prepend(3);
        prepend(4);
        putBack(5, LWLockMode.SHARED.code);
        assertEquals(List.of(4, 3, 5, 2, 0, 1), procs());
        WaitList.remove(segment, lock, 5);
        WaitList.remove(segment, lock, 4);
        WaitList.remove(segment, lock, 1);
        assertEquals(List.of(3, 2, 0), procs());
    }

    @Test
    void toAnEmptyListAndToOneOfThoseThatWaitUntilFree() {
        putBack(0, LWLockMode.EXCLUSIVE.code);
        assertEquals(List.of(0), procs());
        WaitList.remove(segment, lock, 0);
        assertTrue(WaitList.isEmpty(lock));
        prepend(1);
        putBack(0, LWLockMode.EXCLUSIVE.code);
        append(2, LWLockMode.EXCLUSIVE.code);
        assertEquals(List.of(1, 0, 2), procs());
    }

    private void append(final int proc, final int mode) {
        segment.slot(proc).putInt(ProcLayout.WAIT_MODE_OFFSET, mode);
        WaitList.append(segment, lock, proc);
    }

    private void prepend(final int proc) {
        segment.slot(proc).putInt(ProcLayout.WAIT_MODE_OFFSET, ProcLayout.UNTIL_FREE);
        WaitList.prepend(segment, lock, proc);
    }

    private void putBack(final int proc, final int mode) {
        segment.slot(proc).putInt(ProcLayout.WAIT_MODE_OFFSET, mode);
        WaitList.putBack(segment, lock, proc);
    }

    /** As the links say from the head; those from the tail must say the same. */
    private List<Integer> procs() {
        final List<Integer> forwards = new ArrayList<>();
        for (int link = lock.buffer.getInt(LWLockLayout.HEAD_OFFSET); link != 0;
             link = segment.slot(link - 1).getInt(ProcLayout.NEXT_OFFSET)) {
            forwards.add(link - 1);
        }
        final List<Integer> backwards = new ArrayList<>();
        for (int link = lock.buffer.getInt(LWLockLayout.TAIL_OFFSET); link != 0;
             link = segment.slot(link - 1).getInt(ProcLayout.PREVIOUS_OFFSET)) {
            backwards.addFirst(link - 1);
        }
        assertEquals(forwards, backwards);
        return forwards;
    }
}
