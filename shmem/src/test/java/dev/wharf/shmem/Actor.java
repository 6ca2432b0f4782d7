package dev.wharf.shmem;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/** A thread with a proc of its own that does one thing after the other, so that a test says who does what when. */
final class Actor implements AutoCloseable {
    private final ExecutorService thread =
        Executors.newSingleThreadExecutor(task -> Thread.ofPlatform().daemon().unstarted(task));
    private final Proc proc;

    Actor(final Segment segment, final String name) {
        proc = get(thread.submit(() -> segment.attachProc(name)));
    }

    int procNumber() {
        return proc.procNumber();
    }

    /** Begins it, and does not wait for its end. */
    <T> Future<T> begin(final Function<Proc, T> action) {
        return thread.submit((Callable<T>)() -> action.apply(proc));
    }

    <T> T run(final Function<Proc, T> action) {
        return get(begin(action));
    }

    boolean test(final Predicate<Proc> question) {
        return run(question::test);
    }

    Future<Boolean> acquire(final LWLock lock, final LWLockMode mode) {
        return begin(own -> lock.acquire(own, mode));
    }

    void release(final LWLock lock) {
        run(own -> {
            lock.release(own);
            return null;
        });
    }

    /** The result of what was begun; its exception as it was thrown. */
    static <T> T get(final Future<T> future) {
        try {
            return future.get();
        } catch (final ExecutionException e) {
            if (e.getCause() instanceof final RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Looks again and again; the test's time-out is the limit. */
    static void await(final BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(100_000);
        }
    }

    static LWLockStatus snapshot(final LWLock lock) {
        return LWLockStatus.of(lock.segment).stream()
            .filter(snapshot -> snapshot.tranche().equals(lock.tranche()) && snapshot.index() == lock.index())
            .findFirst().orElseThrow();
    }

    /** Until as many are asleep, or about to be, in the lock's queue. */
    static void awaitWaiters(final LWLock lock, final int number) {
        await(() -> snapshot(lock).waiters().size() == number);
    }

    /** Does not wait for what will never end: a failed test's acquire. */
    @Override
    public void close() {
        final Future<?> closed = thread.submit(proc::close);
        thread.shutdown();
        try {
            closed.get(10, TimeUnit.SECONDS);
        } catch (final TimeoutException _) {
            thread.shutdownNow();
        } catch (final ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
