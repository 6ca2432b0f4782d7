package dev.wharf.bench.jmh;

import dev.wharf.core.copy.CopyFormatOptions;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.StructuralIndex;
import dev.wharf.core.memory.OffHeap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The structural index of one cache-hot block of 256 KiB, every position written out: bytes a nanosecond, that is GB/s.
 * {@code implementation} swar is the twin for a JVM without the vector module.
 *
 * <p>Not for: memory bandwidth (the block stays in the core's own cache), conversion.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StructuralIndexBenchmark {
    static final int BLOCK = 256 << 10;

    @Param({"quoted", "lineitem", "narrow", "text"})
    public String data;

    @Param({"vector", "swar"})
    public String implementation;

    private CsvText text;
    private int length;
    private StructuralIndex index;
    private OffHeap.Buffer positions;
    private OffHeap.Buffer irregular;

    @Setup
    public void open() {
        text = new CsvText(data, BLOCK);
        length = Math.min(BLOCK, text.length());
        CopyDialect dialect = CopyFormatOptions.CSV.dialect(CopyDialect.Eol.NL);
        index = implementation.equals("swar") ? StructuralIndex.swar(dialect) : StructuralIndex.vector(dialect);
        positions = new OffHeap.Buffer(4L * (BLOCK + StructuralIndex.SLACK_ENTRIES));
        irregular = new OffHeap.Buffer(4L * (BLOCK + StructuralIndex.SLACK_ENTRIES));
    }

    @TearDown
    public void close() {
        text.close();
        positions.close();
        irregular.close();
    }

    /** Blocks a second; times the block's size is bytes a second. */
    @Benchmark
    public int scan() {
        index.scan(text.address(), length, positions.address(), irregular.address(), BLOCK);
        return index.count();
    }
}
