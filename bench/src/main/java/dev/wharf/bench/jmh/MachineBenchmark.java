package dev.wharf.bench.jmh;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the machine itself gives, the floor below every other figure: reading a cached file through a mapping and with
 * pread, writing one with pwrite, in nanoseconds a KiB (1000 ns a KiB is 1.02 GB/s); and an uncontended compare-and-set
 * on a mapped word, in nanoseconds each.
 *
 * <p>Not for: the disk (the file is in the page cache, nothing is synced), or contention (one thread).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MachineBenchmark {
    /** Larger than the caches of most machines. */
    static final int SIZE = 64 << 20;
    private static final int KIB = SIZE >> 10;
    private static final int PIECE = 1 << 20;
    private static final int EXCHANGES = 1 << 20;
    private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

    private Path file;
    private FileChannel channel;
    private Arena arena;
    private MemorySegment mapping;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    private final MemorySegment pieceBytes = MemorySegment.ofBuffer(piece);

    @Setup
    public void open() throws IOException {
        file = Files.createTempFile("wharf-machine", ".bin");
        channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        pwrite();
        arena = Arena.ofConfined();
        mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE, arena);
    }

    @TearDown
    public void close() throws IOException {
        arena.close();
        channel.close();
        Files.delete(file);
    }

    /** @return a sum of all words, so that each is read */
    @Benchmark
    @OperationsPerInvocation(KIB)
    public long readMapping() {
        return sum(mapping, SIZE);
    }

    /** Into one cache-sized direct buffer again and again. */
    @Benchmark
    @OperationsPerInvocation(KIB)
    public long pread() throws IOException {
        long sum = 0;
        for (long at = 0; at < SIZE; at += PIECE) {
            piece.clear();
            while (piece.hasRemaining()) {
                if (channel.read(piece, at + piece.position()) < 0) {
                    throw new IOException("the benchmark's file was truncated at " + at);
                }
            }
            sum += sum(pieceBytes, PIECE);
        }
        return sum;
    }

    /** From one cache-sized direct buffer, over pages that exist. */
    @Benchmark
    @OperationsPerInvocation(KIB)
    public void pwrite() throws IOException {
        for (long at = 0; at < SIZE; at += PIECE) {
            piece.clear();
            while (piece.hasRemaining()) {
                channel.write(piece, at + piece.position());
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(EXCHANGES)
    public int compareAndSet() {
        int failed = 0;
        for (int i = 0; i < EXCHANGES; i++) {
            int value = (int) WORD.getVolatile(mapping, 0L);
            if (!WORD.compareAndSet(mapping, 0L, value, value + 1)) {
                failed++;
            }
        }
        return failed;
    }

    private static long sum(MemorySegment segment, long size) {
        long sum = 0;
        for (long at = 0; at < size; at += Long.BYTES) {
            sum += segment.get(ValueLayout.JAVA_LONG, at);
        }
        return sum;
    }
}
