package dev.wharf.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One pass of each benchmark: both implementations find the same, and every data set converts the fast way. */
class CsvBenchmarksTest {
    @ParameterizedTest
    @ValueSource(strings = {"quoted", "lineitem", "narrow", "text"})
    void bothIndexesFindTheSame(String data) {
        int[] counts = new int[2];
        for (int i = 0; i < 2; i++) {
            StructuralIndexBenchmark benchmark = new StructuralIndexBenchmark();
            benchmark.data = data;
            benchmark.implementation = i == 0 ? "vector" : "swar";
            benchmark.open();
            try {
                counts[i] = benchmark.scan();
            } finally {
                benchmark.close();
            }
        }
        assertTrue(counts[0] > 0);
        assertEquals(counts[0], counts[1]);
        System.out.printf("structural index, %s: checksum %d%n", data, counts[0]);
    }

    @Test
    void typedLoadConvertsEveryRow() {
        TypedLoadBenchmark benchmark = new TypedLoadBenchmark();
        benchmark.data = "narrow";
        benchmark.open();
        try {
            long rows = benchmark.load();
            assertTrue(rows > 0);
            assertEquals(rows, benchmark.load());
            System.out.printf("typed load, narrow: checksum %d%n", rows);
        } finally {
            benchmark.close();
        }
    }
}
