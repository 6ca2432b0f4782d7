package dev.wharf.bench.jmh;

import dev.wharf.bench.data.DataSets;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.copy.BlockConverter;
import dev.wharf.core.copy.CopyFormatOptions;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.utility.Parser;
import dev.wharf.core.utility.Statement;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * CSV in memory to typed Arrow columns in memory, one thread: what COPY FROM does between reading and writing, with the
 * same blocks and batches. Each operation converts about 64 MiB.
 *
 * <p>Not for: the file system, several processes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TypedLoadBenchmark {
    static final int SIZE = 64 << 20;
    private static final int BLOCK = 256 << 10;
    private static final int BATCH = 8 << 20;

    @Param({"lineitem", "quoted", "wide", "narrow", "text"})
    public String data;

    private CsvText text;
    private BlockConverter converter;

    @Setup
    public void open() {
        text = new CsvText(data, SIZE);
        Statement.CreateStmt table = (Statement.CreateStmt) Parser.parse(DataSets.named(data).createTable(data, false), _ -> { })
                .getFirst().statement();
        Relation relation = new Relation(1, data, table.columns(), false);
        converter = new BlockConverter(relation, IntStream.range(0, table.columns().size()).toArray(),
                CopyFormatOptions.CSV.dialect(CopyDialect.Eol.NL), ForceFlags.NONE, false);
    }

    @TearDown
    public void close() {
        text.close();
        converter.close();
    }

    /** @return rows; what {@link #bytes} says was converted */
    @Benchmark
    public long load() {
        long rows = 0;
        int batch = 0;
        for (int at = 0; at < text.length();) {
            long taken = converter.convert(text.address() + at, Math.min(BLOCK, text.length() - at), Long.MAX_VALUE);
            if (taken == 0) {
                throw new IllegalStateException("irregular rows at byte " + at);
            }
            at += (int) taken;
            batch += (int) taken;
            if (batch >= BATCH) {
                rows += converter.builders()[0].rows();
                converter.clear();
                batch = 0;
            }
        }
        rows += converter.builders()[0].rows();
        converter.clear();
        return rows;
    }

    /** Of text, one operation's worth. */
    int bytes() {
        return text.length();
    }
}
