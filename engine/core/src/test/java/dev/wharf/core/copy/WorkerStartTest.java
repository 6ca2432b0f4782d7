package dev.wharf.core.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerStartTest {
    private static final long SECOND = 1_000_000_000L;

    private static WorkerStart start(int wanted, int setupMillis, boolean participation, boolean again, int processors) {
        return new WorkerStart(wanted, new CopyTuning(wanted, 0, 1, participation, setupMillis), again, processors, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1500, true, false, 8, 0",
        "1, 1500, true, false, 1, 0",
        "1, 1500, true, false, 2, 0",
        "1, 1500, true, false, 3, 1",
        "7, 1500, true, false, 8, 6",
        "3, 1500, true, false, 64, 3",
        "7, 0, true, false, 2, 7",
        "7, 1500, false, false, 2, 7",
        "7, 1500, true, true, 2, 7",
    })
    void atOnce(int wanted, int setupMillis, boolean participation, boolean again, int processors, int expected) {
        assertEquals(expected, start(wanted, setupMillis, participation, again, processors).atOnce());
    }

    @Test
    void waitsWhileThePaceRises() {
        WorkerStart start = start(1, 1500, true, false, 2);
        assertEquals(0, start.due(3, 10_000, SECOND), "nothing to compare with");
        assertEquals(0, start.due(13, 10_000, 2 * SECOND), "three times as fast as before");
        assertEquals(0, start.due(14, 10_000, 2 * SECOND + 1), "too short a time");
        assertEquals(0, start.due(23, 10_000, 3 * SECOND), "as fast as before, once");
        assertEquals(1, start.due(33, 10_000, 4 * SECOND), "as fast as before, and long to go");
    }

    /** At 10 tasks a second, steady after three seconds: a worker would take nine. */
    @Test
    void forksOnlyWhatPays() {
        for (int left : new int[] {85, 95}) {
            WorkerStart start = start(1, 1500, true, false, 2);
            start.due(10, 300, SECOND);
            start.due(20, 300, 2 * SECOND);
            assertEquals(left > 90 ? 1 : 0, start.due(30, left, 3 * SECOND), left + " tasks left");
        }
    }

    @Test
    void theSettingIsTheLeast() {
        for (int left : new int[] {990, 1010}) {
            WorkerStart start = start(1, 100_000, true, false, 2);
            start.due(10, 3000, SECOND);
            start.due(20, 3000, 2 * SECOND);
            assertEquals(left > 1000 ? 1 : 0, start.due(30, left, 3 * SECOND), left + " tasks left");
        }
    }

    /** What was learnt of a worker's start does not grow with the COPY. */
    @Test
    void aSlowerPaceLaterOnForksToo() {
        WorkerStart start = start(1, 1500, true, false, 2);
        start.due(10, 300, SECOND);
        start.due(20, 300, 2 * SECOND);
        assertEquals(0, start.due(30, 80, 3 * SECOND));
        assertEquals(1, start.due(35, 75, 4 * SECOND), "5 a second: 15 seconds");
    }

    @Test
    void slowTasksAreCountedOverALongerTime() {
        WorkerStart start = start(1, 1500, true, false, 2);
        assertEquals(0, start.due(2, 100, 2 * SECOND));
        assertEquals(0, start.due(3, 100, 3 * SECOND));
        assertEquals(0, start.due(5, 100, 5 * SECOND));
        assertEquals(0, start.due(6, 100, 6 * SECOND));
        assertEquals(1, start.due(9, 100, 9 * SECOND));
    }
}
