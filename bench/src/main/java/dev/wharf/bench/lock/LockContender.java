package dev.wharf.bench.lock;

import dev.wharf.shmem.LWLockAlgorithm;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import java.util.List;

/**
 * A lock that takes part.
 *
 * @param name     in the CSV, the log and {@code --contenders}
 * @param label    in the report
 * @param kind     what waits for it
 * @param lock     what the peer makes of it: one of {@link LockPeer}'s or {@code lock_peer.c}'s
 * @param tranche  of an LWLock, else null; a tranche is one contender's only
 * @param swept    whether it takes part in the contended sweep and the wake-ups; else only uncontended
 */
public record LockContender(String name, String label, Kind kind, String lock, Tranche tranche, boolean swept) {
    /** What the workers are. */
    public enum Kind {
        JVM_PROCESSES("JVM processes"), JVM_THREADS("threads of one JVM"), C_PROCESSES("C processes");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** In words. */
        public String label() {
            return label;
        }
    }

    /** The lock that the bars are set for. */
    public static final String SUBJECT = "lwlock";
    /** The lock that it is held to. */
    public static final String PEER = "pthread";

    /** All there are, in the order of the report. An LWLock of another algorithm is one more line with its own tranche. */
    public static final List<LockContender> ALL = List.of(
            lwLock(SUBJECT, "Wharf LWLock", "lwlock", LWLockAlgorithm.DEFAULT),
            lwLock("lwlock-postgres", "Wharf LWLock, as PostgreSQL", "lwlock", LWLockAlgorithm.POSTGRES),
            lwLock("lwlock-fair", "Wharf LWLock, no barging", "lwlock", LWLockAlgorithm.NO_BARGING),
            lwLock("lwlock-distributed", "Wharf LWLock, distributed readers", "lwlock", LWLockAlgorithm.DISTRIBUTED_READERS),
            lwLock("lwlock-optimistic", "Wharf LWLock, optimistic reads", "lwlock-optimistic", LWLockAlgorithm.OPTIMISTIC),
            c(PEER, "pthread_rwlock, process-shared", "rwlock", true),
            c("pthread-writer", "pthread_rwlock, writers first", "rwlock-writer", true),
            new LockContender("file", "FileLock", Kind.JVM_PROCESSES, "file", null, true),
            threads("reentrant", "ReentrantReadWriteLock"),
            threads("stamped", "StampedLock"),
            threads("stamped-optimistic", "StampedLock, optimistic reads"),
            c("c-bare", "C, CAS + fetch-add", "bare", false),
            new LockContender("jvm-bare", "JVM, CAS + fetch-add", Kind.JVM_PROCESSES, "bare", null, false),
            c("c-none", "C, no lock: the loop", "none", false),
            new LockContender("jvm-none", "JVM, no lock: the loop", Kind.JVM_PROCESSES, "none", null, false));

    private static LockContender lwLock(String name, String label, String lock, LWLockAlgorithm algorithm) {
        // Killing the peers is how a run ends that failed: it must not spoil the lock
        return new LockContender(name, label, Kind.JVM_PROCESSES, lock,
                new Tranche("bench " + name, 1, OwnerDeath.CONSISTENT, algorithm), true);
    }

    private static LockContender threads(String name, String label) {
        return new LockContender(name, label, Kind.JVM_THREADS, name, null, true);
    }

    private static LockContender c(String name, String label, String lock, boolean swept) {
        return new LockContender(name, label, Kind.C_PROCESSES, lock, null, swept);
    }

    /** @throws IllegalArgumentException if there is none */
    public static LockContender named(String name) {
        return ALL.stream().filter(contender -> contender.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such contender: " + name + ". There are "
                        + String.join(", ", ALL.stream().map(LockContender::name).toList())));
    }

    /** Where its own lock is in the struct. */
    int lockOffset() {
        return LockLayout.lock(ALL.indexOf(this));
    }

    /** How many processes {@code workers} of it are. */
    int processes(int workers) {
        return kind == Kind.JVM_THREADS ? 1 : workers;
    }
}
