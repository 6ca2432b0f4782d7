package dev.wharf.nativetests.stress;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentConfig;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;

/** The segment that one of jcstress's JVMs makes, and what the states of a test take from it: in turn, more than live at once. */
final class StressSegment {
    /** Many more states than there are at a time; see the options in {@code StressTest}. */
    private static final int LOCKS = 1 << 14;
    private static final int REGION = 1024;
    private static final int FEW = 4;

    private static final Segment SEGMENT = open();
    private static final Proc OPENER = SEGMENT.attachProc("opener");
    private static final long REGIONS = SEGMENT.shmemInitStruct(OPENER, "regions", (long)LOCKS * REGION).offset();
    private static final AtomicInteger NEXT = new AtomicInteger();

    private StressSegment() {
    }

    private static Segment open() {
        // jcstress's own JVM, which tries each test once, was told otherwise: see StressTest
        System.setProperty("os.name", "Linux");
        try {
            return Segment.open(Files.createTempDirectory("stress").resolve("segment"), new SegmentConfig(32 << 20,
                    List.of(new Tranche("Own", LOCKS, OwnerDeath.CONSISTENT),
                            new Tranche("Busy", FEW, OwnerDeath.CONSISTENT)), 8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An actor's own. One thread at a time uses it. */
    static Proc proc(String actor) {
        return SEGMENT.attachProc(actor);
    }

    /** Nobody's but this state's. */
    static LWLock ownLock() {
        return SEGMENT.lwLock("Own", NEXT.getAndIncrement() & LOCKS - 1);
    }

    /** One that other states use at the same time, so that there is a queue. */
    static LWLock busyLock() {
        return SEGMENT.lwLock("Busy", NEXT.getAndIncrement() & FEW - 1);
    }

    /** Zeros, this state's. */
    static UnsafeBuffer region() {
        UnsafeBuffer region = SEGMENT.buffer(REGIONS + (long)(NEXT.getAndIncrement() & LOCKS - 1) * REGION, REGION);
        region.setMemory(0, REGION, (byte)0);
        return region;
    }
}
