package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LatchTest {
    @TempDir
    Path directory;
    private Segment segment;
    private Proc proc;

    @BeforeEach
    void open() {
        segment = Segment.open(directory.resolve("segment"), Peer.CONFIG);
        proc = segment.attachProc("test");
    }

    @AfterEach
    void close() {
        proc.close();
        segment.close();
    }

    @Test
    void staysSetUntilReset() {
        final Latch latch = proc.latch();
        assertFalse(latch.await(0));
        assertFalse(latch.await(1));
        segment.latch(proc.procNumber()).set();
        assertTrue(latch.isSet());
        assertTrue(latch.await(0));
        assertTrue(latch.await(-1));
        latch.reset();
        assertFalse(latch.await(1));
    }

    @Test
    void onlyItsOwnerWaits() {
        final Latch others = segment.latch(proc.procNumber());
        assertEquals("cannot wait on a latch owned by another process",
            assertThrows(ShmemException.class, () -> others.await(-1)).getMessage());
        assertThrows(ShmemException.class, others::reset);
        final Proc other = segment.attachProc("other");
        final Latch latch = other.latch();
        other.close();
        assertThrows(ShmemException.class, () -> latch.await(0));
    }

    @Test
    void whatItWaitsForIsSeen() throws InterruptedException {
        final Proc other = segment.attachProc("other");
        final Thread thread =
            Thread.ofPlatform().start(() -> assertTrue(other.latch().await(-1, WaitEvent.BARRIER)));
        ConditionVariableTest.awaitEvent(segment, other.procNumber(), WaitEvent.BARRIER);
        segment.latch(other.procNumber()).set();
        thread.join();
        assertEquals(0, segment.slot(other.procNumber()).getIntVolatile(ProcLayout.WAIT_EVENT_OFFSET));
        other.close();
    }

    @Test
    void noSetIsLostBetweenThreads() throws InterruptedException {
        final int turns = 20_000;
        final Proc other = segment.attachProc("other");
        final Thread thread = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < turns; i++) {
                other.latch().await(-1);
                other.latch().reset();
                proc.latch().set();
            }
        });
        for (int i = 0; i < turns; i++) {
            other.latch().set();
            assertTrue(proc.latch().await(30_000));
            proc.latch().reset();
        }
        thread.join();
        other.close();
    }

    @Test
    void wakesAnotherProcess() throws Exception {
        try (ForkedJvm peer = ForkedJvm.start(Peer.class, "latch", segment.file().toString())) {
            final int procNumber = Integer.parseInt(peer.readLine());
            while (segment.slot(procNumber).getIntVolatile(ProcLayout.LATCH_OFFSET) != ProcLayout.LATCH_AWAITED) {
                Thread.onSpinWait();
            }
            segment.latch(procNumber).set();
            peer.expect("set");
            peer.expect("not set");
            assertEquals(0, peer.await());
        }
        assertEquals(1, segment.reapDeadProcs().size());
    }
}
