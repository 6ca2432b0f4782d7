package dev.wharf.bench.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LockLayoutTest {
    @Test
    void offsets() {
        assertEquals(0, LockLayout.READY_OFFSET);
        assertEquals(128, LockLayout.GO_OFFSET);
        assertEquals(256, LockLayout.STOP_OFFSET);
        assertEquals(384, LockLayout.FIRST_OFFSET);
        assertEquals(392, LockLayout.SECOND_OFFSET);
        assertEquals(512, LockLayout.ROUND_OFFSET);
        assertEquals(640, LockLayout.ASKED_OFFSET);
        assertEquals(768, LockLayout.RELEASED_OFFSET);
        assertEquals(896, LockLayout.DONE_OFFSET);
        assertEquals(1024, LockLayout.LOCKS_OFFSET);
        assertEquals(1024 + 31 * 256, LockLayout.lock(31));
        assertEquals(9216, LockLayout.WORKERS_OFFSET);
        assertEquals(128, LockLayout.WAITS_OFFSET);
        assertEquals(2240 * 8, LockLayout.WAITS_LENGTH);
        assertEquals(128 + 2 * 17920, LockLayout.WORKER_LENGTH);
        assertEquals(9216 + 16 * 35968, LockLayout.LENGTH);
    }

    @Test
    void nothingSharesALineThatDifferentProcessesStoreTo() {
        assertEquals(0, LockLayout.WORKER_LENGTH % 128);
        assertTrue(LockContender.ALL.size() <= LockLayout.MAX_LOCKS);
        assertEquals(LockContender.ALL.size(), LockContender.ALL.stream().map(LockContender::lockOffset).distinct().count());
    }

    @Test
    void aTrancheIsOneContenders() {
        assertEquals(LockContender.ALL.stream().filter(c -> c.tranche() != null).count(),
                LockContender.ALL.stream().filter(c -> c.tranche() != null).map(c -> c.tranche().name()).distinct().count());
    }
}
