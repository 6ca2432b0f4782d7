package dev.wharf.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Some passes of each benchmark: whatever was taken is free again. */
class LockAcquireBenchmarkTest {
    private static final int PASSES = 1000;

    @Test
    void eachBenchmarkDoesItsWork() throws IOException {
        LockAcquireBenchmark benchmark = new LockAcquireBenchmark();
        benchmark.open();
        try {
            int sum = 0;
            for (int i = 0; i < PASSES; i++) {
                sum += benchmark.stepBare() + benchmark.stepStores() + benchmark.stepList();
                assertTrue(benchmark.lwLockExclusive() && benchmark.lwLockShared() && benchmark.lwLockConditional()
                        && benchmark.lwLockTwo());
                benchmark.reentrantRead();
                benchmark.reentrantWrite();
                assertTrue(benchmark.stampedRead() != 0 && benchmark.stampedWrite() != 0 && benchmark.stampedOptimisticRead());
            }
            assertEquals(0, sum);
            System.out.printf("lock benchmark: checksum %d%n", sum);
        } finally {
            benchmark.close();
        }
    }
}
