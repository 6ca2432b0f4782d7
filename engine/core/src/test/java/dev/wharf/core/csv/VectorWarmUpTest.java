package dev.wharf.core.csv;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VectorWarmUpTest {
    /** The "vector code" takes longer than its twin until it is let go; what takes longer is waiting, not a time. */
    @Test
    void isDoneWhenTheVectorCodeWins() throws InterruptedException {
        Semaphore compiled = new Semaphore(0);
        CountDownLatch called = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        VectorWarmUp warmUp = new VectorWarmUp("test", () -> () -> {
            called.countDown();
            if (calls.getAndIncrement() == 0) {
                compiled.acquireUninterruptibly();
            }
        }, () -> () -> {
            for (int i = 0; i < 100_000; i++) {
                Thread.onSpinWait();
            }
        });
        assertFalse(warmUp.done(), "the first call only begins it");
        called.await();
        assertFalse(warmUp.done(), "still in its first call");
        compiled.release();
        while (!warmUp.done()) {
            Thread.onSpinWait();
        }
        assertTrue(calls.get() >= 3);
    }

    /** The JVM says nothing of a command that no method matches. */
    @Test
    void theFlagsNameTheVectorsMethods() throws ClassNotFoundException {
        for (String flag : VectorWarmUp.JVM_FLAGS.subList(1, VectorWarmUp.JVM_FLAGS.size())) {
            String[] method = flag.split(",")[1].split("::");
            assertTrue(Arrays.stream(Class.forName(method[0]).getDeclaredMethods())
                    .anyMatch(m -> m.getName().equals(method[1])), flag);
        }
    }

    @Test
    void theLauncherHasTheSameFlags() throws IOException {
        String launcher = Files.readString(Path.of("../../wharf"));
        for (String flag : VectorWarmUp.JVM_FLAGS) {
            assertTrue(launcher.contains(flag), flag);
        }
    }
}
