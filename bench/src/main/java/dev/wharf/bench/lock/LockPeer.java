package dev.wharf.bench.lock;

import dev.wharf.shmem.Segment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A JVM of the lock harness: is told a line, answers with one when done, and ends, in the middle of whatever it does, when its
 * standard input does, which is when the harness ends. Arguments: segment file, offset of the struct, name of the contender.
 *
 * <p>Commands, with the number of the first worker that is to do it here and how many there are:
 * <pre>
 * cell FIRST COUNT NUMBER WRITERS HOLD SAMPLE_MASK GUARDED    until stopped; done
 * wake FIRST COUNT NUMBER ROUNDS                              done
 * calibrate                                                   picoseconds of an iteration of the busy hold
 * </pre>
 */
public final class LockPeer {
    private interface Task {
        void run(LockWorker worker);
    }

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final List<ExecutorService> threads = new ArrayList<>();
    private final ThreadLocal<LockWorker> worker = new ThreadLocal<>();
    private final Segment segment;
    private final UnsafeBuffer memory;
    private final LockContender contender;
    private final ReentrantReadWriteLock reentrant = new ReentrantReadWriteLock();
    private final StampedLock stamped = new StampedLock();

    private LockPeer(Path file, long struct, LockContender contender) {
        segment = Segment.attach(file);
        memory = segment.buffer(struct, LockLayout.LENGTH);
        this.contender = contender;
    }

    public static void main(String[] arguments) throws IOException {
        LockPeer peer = new LockPeer(Path.of(arguments[0]), Long.parseLong(arguments[1]), LockContender.named(arguments[2]));
        peer.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            peer.command(line.split(" "));
        }
        // Workers may still wait for a go that nobody gives any more
        Runtime.getRuntime().halt(0);
    }

    private void command(String[] words) {
        switch (words[0]) {
            case "cell" -> {
                LockWorker.Cell cell = LockWorker.Cell.parse(words, 3);
                start(words, worker -> worker.run(cell));
            }
            case "wake" -> {
                int cell = Integer.parseInt(words[3]);
                int rounds = Integer.parseInt(words[4]);
                start(words, worker -> worker.wake(cell, rounds));
            }
            // The first goes before the loop is compiled
            case "calibrate" -> out.println(Math.min(new LockWorker(memory, 0, null).calibrate(),
                    new LockWorker(memory, 0, null).calibrate()));
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private void start(String[] words, Task task) {
        int first = Integer.parseInt(words[1]);
        int count = Integer.parseInt(words[2]);
        AtomicInteger left = new AtomicInteger(count);
        for (int i = 0; i < count; i++) {
            while (threads.size() <= i) {
                threads.add(Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("worker").factory()));
            }
            int number = first + i;
            threads.get(i).execute(() -> {
                try {
                    task.run(worker(number));
                    if (left.decrementAndGet() == 0) {
                        out.println("done");
                    }
                } catch (RuntimeException | IOException | Error e) {
                    out.println("failed: " + e);
                    Runtime.getRuntime().halt(1);
                }
            });
        }
    }

    /** Made by the thread that uses it: an LWLock's proc is that thread's. A thread has the same number always. */
    private LockWorker worker(int number) throws IOException {
        LockWorker mine = worker.get();
        if (mine == null) {
            mine = new LockWorker(memory, number, lock());
            worker.set(mine);
        }
        return mine;
    }

    private BenchLock lock() throws IOException {
        return switch (contender.lock()) {
            case "lwlock" -> new BenchLocks.LightWeight(segment, contender.tranche().name());
            case "lwlock-optimistic" -> new BenchLocks.OptimisticLightWeight(segment, contender.tranche().name());
            case "bare" -> new BenchLocks.Bare(new UnsafeBuffer(memory, contender.lockOffset(), LockLayout.LOCK_LENGTH));
            case "file" -> new BenchLocks.File(FileChannel.open(segment.file().resolveSibling("filelock"),
                    StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
            case "reentrant" -> new BenchLocks.Reentrant(reentrant);
            case "stamped" -> new BenchLocks.Stamped(stamped, false);
            case "stamped-optimistic" -> new BenchLocks.Stamped(stamped, true);
            case "none" -> new BenchLocks.None();
            default -> throw new IllegalArgumentException(contender.lock());
        };
    }
}
