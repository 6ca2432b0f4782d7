package dev.wharf.cli;

import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.ShmemRequest;
import java.io.IOException;
import java.nio.file.Path;

/** A process with a segment of its own: holds a lock that another of its threads waits for, until its input ends. */
final class StatPeer {
    /** Everything that needs an escape in JSON, or could move a terminal's cursor. */
    static final String LABEL = "a \"b\" \\ \t\u001b[2J end";
    static final String TRANCHE = "Shelf \"\u00e9\" \ud83d\ude00\n";

    private StatPeer() {
    }

    public static void main(String[] args) throws IOException {
        Segment segment = Segment.open(Path.of(args[0]), new ShmemRequest().maxProcs(8).requestNamedLWLockTranche(TRANCHE, 3));
        Proc proc = segment.attachProc("owner");
        segment.shmemInitStruct(proc, "books", 1000);
        segment.getNamedDsmSegment(proc, "cellar", 5000, fresh -> fresh.buffer().putLong(0, 1));
        segment.counters().allocate(5, LABEL).set(-42);
        segment.lwLock(TRANCHE, 2).acquire(proc, LWLockMode.EXCLUSIVE);
        Thread.ofPlatform().daemon().start(() -> {
            try (Proc waiter = segment.attachProc("waiter")) {
                segment.lwLock(TRANCHE, 2).acquire(waiter, LWLockMode.SHARED);
            }
        });
        System.out.println("ready");
        System.in.readAllBytes();
    }
}
