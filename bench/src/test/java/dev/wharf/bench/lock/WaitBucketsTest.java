package dev.wharf.bench.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WaitBucketsTest {
    @Test
    void isExactBelow128AndToA64thAbove() {
        for (int i = 0; i < 128; i++) {
            assertEquals(i, WaitBuckets.nanos(WaitBuckets.index(i)));
        }
        for (long value = 128; value < 1L << 39; value += value / 7) {
            long middle = WaitBuckets.nanos(WaitBuckets.index(value));
            assertTrue(Math.abs(middle - value) * 128 <= value + 128, value + " counted as " + middle);
        }
    }

    @Test
    void everyBucketIsItsMiddles() {
        for (int i = 0; i < WaitBuckets.COUNT; i++) {
            assertEquals(i, WaitBuckets.index(WaitBuckets.nanos(i)));
        }
    }

    @Test
    void takesWhatNoClockShouldSay() {
        assertEquals(0, WaitBuckets.index(-5));
        assertEquals(WaitBuckets.COUNT - 1, WaitBuckets.index(Long.MAX_VALUE));
    }
}
