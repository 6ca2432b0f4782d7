package dev.wharf.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** One pass of each benchmark, with the sums they must give. */
class MachineBenchmarkTest {
    @Test
    void eachBenchmarkDoesItsWork() throws IOException {
        MachineBenchmark machine = new MachineBenchmark();
        machine.open();
        try {
            assertEquals(0, machine.compareAndSet());
            // the only word that is not zero: the exchanges just made, counted in the file's first four bytes
            assertEquals(1 << 20, machine.readMapping());
            assertEquals(1 << 20, machine.pread());
            System.out.printf("machine benchmark: checksum %d%n", machine.readMapping());
            // pread left the last piece, all zeros, in the buffer that is written over everything
            machine.pwrite();
            assertEquals(0, machine.readMapping());
        } finally {
            machine.close();
        }
    }
}
