package dev.wharf.core.csv;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Gets a piece of vector code compiled while its twin without vectors does the work.
 *
 * <p>Until the optimising compiler has been over it, the Vector API runs lane by lane through objects and lambdas, a thousand
 * times slower than afterwards; and while it runs so, it fills the compiler's queue with code that nobody needs later. A
 * command that began with it spent its first half second on 10 MB. So a thread of its own calls the vector code on a few
 * bytes, seldom, until it beats the twin; it gives up after a second or two on a machine where it never does.
 *
 * <p>Thread-safe. {@link #JVM_FLAGS} lower the number of calls after which the vector code is compiled; without them it takes
 * a second longer.
 */
public final class VectorWarmUp {
    /** What the launcher's and the workers' command lines say to have the vector code compiled after few calls. */
    public static final List<String> JVM_FLAGS = List.of("-XX:CompileCommand=quiet",
            "-XX:CompileCommand=CompileThresholdScaling,dev.wharf.core.csv.VectorStructuralIndex::scanWords,0.01",
            "-XX:CompileCommand=CompileThresholdScaling,dev.wharf.core.csv.VectorTextIndex::masks,0.01",
            "-XX:CompileCommand=CompileThresholdScaling,dev.wharf.core.format.VectorSpecialBytes::scanWords,0.01",
            "-XX:CompileCommand=CompileThresholdScaling,dev.wharf.core.format.VectorTextSpecialBytes::scanWords,0.01");

    /** For both to be tried on. */
    public static final CsvDialect DIALECT =
            new CsvDialect((byte) ',', (byte) '"', (byte) '"', CopyDialect.Eol.NL, new byte[0]);

    private static final int WINS = 3;
    private static final int ROUNDS = 10_000;
    private static final long PAUSE_NANOS = 100_000;

    private final String name;
    private final Supplier<Runnable> vector;
    private final Supplier<Runnable> twin;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean faster;

    /**
     * @param vector makes a call of the vector code on little data
     * @param twin   makes the same call of its twin
     */
    public VectorWarmUp(String name, Supplier<Runnable> vector, Supplier<Runnable> twin) {
        this.name = name;
        this.vector = vector;
        this.twin = twin;
    }

    /** Whether the vector code is the faster one by now. The first call begins the warm-up. */
    public boolean done() {
        if (!faster && VectorSupport.AVAILABLE && begun.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name(name).start(this::run);
        }
        return faster;
    }

    private void run() {
        Runnable first = vector.get();
        Runnable second = twin.get();
        int wins = 0;
        for (int i = 0; i < ROUNDS && wins < WINS; i++) {
            wins = nanos(first) < nanos(second) ? wins + 1 : 0;
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        faster = wins == WINS;
    }

    private static long nanos(Runnable call) {
        long start = System.nanoTime();
        call.run();
        return System.nanoTime() - start;
    }
}
