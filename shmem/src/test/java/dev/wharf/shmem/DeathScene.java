package dev.wharf.shmem;

import dev.wharf.shmem.os.Futex;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of {@link ReaperKillTest}: does what it is told, one line a command, to the locks of {@link KillPeer#CONFIG}. */
final class DeathScene {
    private DeathScene() {
    }

    /** Argument: the segment file. */
    public static void main(final String[] args) throws Exception {
        final Segment segment = Segment.attach(Path.of(args[0]));
        Futex.wake(segment.address(), 1);
        final Proc proc = segment.attachProc("death scene");
        new KillPeer(segment, proc);
        System.out.println(proc.procNumber());
        final BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        final List<Thread> waiters = new ArrayList<>();
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            final String[] command = line.split(" ");
            switch (command[0]) {
                case "acquire" -> acquire(segment, proc, command[1], LWLockMode.valueOf(command[2]));
                case "acquireAll" -> {
                    for (final SegmentConfig.Tranche tranche : KillPeer.CONFIG.tranches()) {
                        for (int i = 0; i < tranche.locks(); i++) {
                            segment.lwLock(tranche.name(), i).acquire(proc, i == 0 ? LWLockMode.EXCLUSIVE : LWLockMode.SHARED);
                        }
                    }
                }
                case "releaseAll" -> proc.releaseAll();
                case "reap" -> System.out.println(segment.reapDeadProcs().size());
                // A thread that waits for a lock, and gives it back at once
                case "wait" -> waiters.add(Thread.ofPlatform().start(() -> {
                    try (Proc own = segment.attachProc("waiter")) {
                        acquire(segment, own, command[1], LWLockMode.valueOf(command[2]));
                    }
                }));
                case "join" -> {
                    for (final Thread waiter : waiters) {
                        waiter.join();
                    }
                    waiters.clear();
                }
                default -> throw new IOException(line);
            }
            System.out.println("done");
        }
    }

    private static void acquire(final Segment segment, final Proc proc, final String tranche, final LWLockMode mode) {
        final LWLock lock = segment.lwLock(tranche, 0);
        try {
            lock.acquire(proc, mode);
        } catch (final ShmemException e) {
            if (!e.sqlState().equals(ShmemException.DATA_CORRUPTED)) {
                throw e;
            }
            lock.repair(() -> { });
        }
    }
}
