package dev.wharf.nativetests;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/** The JVM that does what {@code peer.c} does, with the same arguments. */
final class LockPeer {
    /** Two words that are equal whenever nobody holds the lock exclusively. */
    static final String STRUCT = "test";
    static final int STRUCT_SIZE = 1024;
    static final int FIRST = 0;
    static final int SECOND = 512;

    private static final int READ_EVERY = 8;

    private LockPeer() {
    }

    public static void main(String[] args) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        Segment segment = Segment.attach(Path.of(args[0]));
        try (Proc proc = segment.attachProc("Java peer")) {
            LWLock lock = segment.lwLock(args[2], Integer.parseInt(args[3]));
            UnsafeBuffer test = segment.buffer(segment.shmemInitStruct(proc, STRUCT, STRUCT_SIZE));
            segment.onOwnerDeath(args[2], (_, _) -> repair(test));
            switch (args[1]) {
                case "hold" -> {
                    lock.acquire(proc, LWLockMode.valueOf(args[4]));
                    System.out.println("held");
                    input.readLine();
                    lock.release(proc);
                }
                case "count" -> {
                    System.out.println("ready");
                    input.readLine();
                    for (long i = Long.parseLong(args[4]); i > 0; i--) {
                        step(lock, proc, test, i);
                    }
                }
                case "churn" -> {
                    System.out.println("churning");
                    for (long i = 0;; i++) {
                        step(lock, proc, test, i);
                    }
                }
                default -> throw new IllegalArgumentException(args[1]);
            }
        }
    }

    /** After an increment's first half. */
    static void repair(UnsafeBuffer test) {
        test.putLong(SECOND, test.getLong(FIRST));
    }

    static void step(LWLock lock, Proc proc, UnsafeBuffer test, long i) {
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        test.putLongRelease(FIRST, test.getLong(FIRST) + 1);
        test.putLongRelease(SECOND, test.getLong(SECOND) + 1);
        lock.release(proc);
        if (i % READ_EVERY == 0) {
            lock.acquire(proc, LWLockMode.SHARED);
            if (test.getLong(FIRST) != test.getLong(SECOND)) {
                System.out.println("broken");
                throw new IllegalStateException("broken: " + test.getLong(FIRST) + " and " + test.getLong(SECOND));
            }
            lock.release(proc);
        }
    }
}
