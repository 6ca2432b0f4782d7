package dev.wharf.shmem;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.agrona.concurrent.status.AtomicCounter;

/** What the forked JVMs of the tests of creating, attaching and removing do. Arguments: command, segment file, and the rest. */
final class SegmentPeer {
    private static final BufferedReader INPUT = new BufferedReader(new InputStreamReader(System.in));

    private SegmentPeer() {
    }

    public static void main(final String[] args) throws Exception {
        final Path file = Path.of(args[1]);
        switch (args[0]) {
            case "open" -> {
                pause("ready");
                final Segment segment = Segment.open(file, config(args));
                pause(segment.created() + " " + segment.generation());
            }
            case "create" -> Segment.open(file, config(args));
            case "hold" -> {
                final Proc proc = Segment.attach(file).attachProc("holder");
                proc.segment().lwLock("Safe", 2).acquire(proc, LWLockMode.SHARED);
                proc.segment().lwLock("Fragile", 1).acquire(proc, LWLockMode.EXCLUSIVE);
                pause("held");
            }
            case "wait" -> {
                final Proc proc = Segment.attach(file).attachProc("waiter");
                System.out.println(proc.procNumber());
                proc.segment().lwLock("Fragile", 1).acquire(proc, LWLockMode.SHARED);
                System.out.println("got it");
            }
            case "errors" -> {
                say(() -> Segment.attach(file));
                say(() -> Segment.attachReadOnly(file));
                say(() -> Segment.open(file, Peer.CONFIG));
            }
            case "counter" -> {
                final AtomicCounter counter = Segment.attach(file).counters().allocate(7, "rows of the peer");
                counter.set(41);
                counter.increment();
                pause("" + counter.id());
            }
            case "dsm" -> dsm(Segment.attach(file), args[2], Long.parseLong(args[3]), args.length > 4);
            case "churn" -> churn(file, config(args), Integer.parseInt(args[2]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static SegmentConfig config(final String[] args) {
        return args.length > 3 ? Peer.CONFIG.withSharedMemoryDirectory(Path.of(args[3])) : Peer.CONFIG;
    }

    private static void pause(final String said) throws IOException {
        System.out.println(said);
        INPUT.readLine();
    }

    private static void say(final Callable<?> action) throws Exception {
        try {
            System.out.println("got " + action.call());
        } catch (final ShmemException e) {
            System.out.println(e.sqlState() + " " + e.getMessage());
        }
    }

    /** Asks for a DSM segment, when told to, and adds one to its first number; says whether it was there. */
    private static void dsm(final Segment segment, final String name, final long size, final boolean stayInCallback)
        throws IOException {
        final Proc proc = segment.attachProc("dsm");
        pause("ready");
        final DsmSegment dsm = segment.getNamedDsmSegment(proc, name, size, fresh -> {
            fresh.buffer(0, 8).putLong(0, fresh.buffer(0, 8).getLong(0) + 100);
            if (stayInCallback) {
                try {
                    pause("in the callback");
                } catch (final IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        dsm.buffer(0, 8).getAndAddLong(0, 1);
        System.out.println(dsm.found());
        proc.close();
    }

    /** Opens and removes: whoever has it open is never robbed of it. */
    private static void churn(final Path file, final SegmentConfig config, final int times) throws IOException {
        int removed = 0;
        for (int i = 0; i < times; i++) {
            try (Segment segment = Segment.open(file, config); Proc proc = segment.attachProc("churn")) {
                segment.lwLock("Safe", 0).acquire(proc, LWLockMode.EXCLUSIVE);
                if (!segment.isStillThere()) {
                    throw new IllegalStateException("segment was replaced while it was open");
                }
            }
            try {
                Segment.remove(file);
                removed++;
            } catch (final ShmemException e) {
                if (!List.of(ShmemException.OBJECT_IN_USE, ShmemException.UNDEFINED_FILE).contains(e.sqlState())) {
                    throw e;
                }
            }
        }
        System.out.println("removed " + removed);
    }
}
