package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process dies while it creates a segment, joins, allocates, leaves, or uses a latch: the next one never notices. */
@Timeout(300)
class StartUpKillTest {
    private static final long STRUCT_SIZE = 100;
    private static final int SIGKILLED = 128 + 9;

    @TempDir
    Path directory;
    private final List<ForkedJvm> all = new ArrayList<>();

    /** A whole life, or what the second argument says. */
    static final class Life {
        private Life() {
        }

        public static void main(final String[] args) throws Exception {
            final Segment segment = Segment.open(Path.of(args[0]), Peer.CONFIG);
            try (Proc proc = segment.attachProc("life")) {
                segment.shmemInitStruct(proc, "struct", STRUCT_SIZE);
                if (args.length > 1) {
                    useLatch(segment, proc, Integer.parseInt(args[1]));
                }
            }
            System.out.println(segment.created());
            // Stays attached until told to go
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            segment.close();
        }

        /** Sets another's latch once that one sleeps; or, without another, sleeps itself. */
        private static void useLatch(final Segment segment, final Proc proc, final int other) {
            if (other < 0) {
                System.out.println(proc.procNumber());
                proc.latch().await(-1);
                return;
            }
            while (segment.slot(other).getIntVolatile(ProcLayout.LATCH_OFFSET) != ProcLayout.LATCH_AWAITED) {
                Thread.onSpinWait();
            }
            segment.latch(other).set();
        }
    }

    @AfterEach
    void close() {
        all.forEach(ForkedJvm::close);
    }

    private ForkedJvm start(final String failPoint, final String... args) throws IOException {
        final List<String> arguments = new ArrayList<>(List.of(directory.resolve("segment").toString()));
        arguments.addAll(List.of(args));
        final ForkedJvm jvm = ForkedJvm.startArmed(failPoint, Life.class, arguments.toArray(String[]::new));
        all.add(jvm);
        return jvm;
    }

    private void dieAt(final FailPoint point, final String... args) throws Exception {
        final ForkedJvm jvm = start(point + ":1:KILL", args);
        jvm.send("go");
        assertEquals(SIGKILLED, jvm.await(), () -> "it did not come by " + point);
    }

    static EnumSet<FailPoint> creationPoints() {
        final EnumSet<FailPoint> points = EnumSet.range(FailPoint.OPEN_MUTEX, FailPoint.OPEN_ATTACHED);
        // Only with its bytes in another directory: SegmentCreationTest
        points.remove(FailPoint.CREATE_LINKED);
        return points;
    }

    @ParameterizedTest
    @MethodSource("creationPoints")
    void afterACreatorsDeathTheNextCreates(final FailPoint point) throws Exception {
        dieAt(point);
        // Over what the first left, and over what the second left on top of a good one
        openAnew();
        dieAt(point);
        openAnew();
    }

    private void openAnew() throws IOException {
        try (Segment segment = Segment.open(directory.resolve("segment"), Peer.CONFIG); Proc proc = segment.attachProc("next")) {
            assertTrue(segment.created());
            assertFalse(segment.shmemInitStruct(proc, "struct", STRUCT_SIZE).found());
            segment.lwLock("Fragile", 1).acquire(proc, LWLockMode.EXCLUSIVE);
            try (Stream<Path> files = Files.list(directory)) {
                assertEquals(List.of("segment", "segment.lock"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
            }
        }
    }

    static Stream<FailPoint> joiningPoints() {
        return Stream.concat(Stream.of(FailPoint.OPEN_MUTEX),
            EnumSet.range(FailPoint.OPEN_ATTACHED, FailPoint.PROC_CLOSED).stream());
    }

    @ParameterizedTest
    @MethodSource("joiningPoints")
    void whoDiesWhileJoiningLeavesNothing(final FailPoint point) throws Exception {
        try (Segment segment = Segment.open(directory.resolve("segment"), Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            dieAt(point);
            segment.reapDeadProcs();
            for (int i = 0; i < segment.maxProcs(); i++) {
                assertEquals(i == proc.procNumber(), segment.slot(i).getLongVolatile(ProcLayout.OWNER_OFFSET) != 0);
            }
            final ShmemStruct struct = segment.shmemInitStruct(proc, "struct", STRUCT_SIZE);
            assertEquals(point.compareTo(FailPoint.INDEX_PUBLISHED) >= 0, struct.found());
            final ShmemStruct next = segment.shmemInitStruct(proc, "next", STRUCT_SIZE);
            assertEquals(struct.offset() + SegmentLayout.align(STRUCT_SIZE), next.offset());
            // The next one joins as if nothing had been
            final ForkedJvm other = start(null);
            assertEquals("false", other.readLine());
            other.send("go");
            assertEquals(0, other.await());
        }
    }

    @Test
    void aCreatorThatIsStoppedIsWaitedFor() throws Exception {
        final ForkedJvm creator = start(FailPoint.CREATE_HEADER + ":1:STOP");
        creator.awaitStopped();
        final ForkedJvm second = start(null);
        creator.resume();
        assertEquals("true", creator.readLine());
        assertEquals("false", second.readLine());
    }

    @Test
    void aLatchSetByOneThatDiesBeforeItWakesTheOwnerIsSeen() throws Exception {
        try (Segment segment = Segment.open(directory.resolve("segment"), Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            final ForkedJvm setter = start(FailPoint.LATCH_SET + ":1:KILL", Integer.toString(proc.procNumber()));
            assertTrue(proc.latch().await(-1));
            assertEquals(SIGKILLED, setter.await());
            segment.reapDeadProcs();
        }
    }

    @Test
    void theLatchOfADeadOwnerCanBeSet() throws Exception {
        try (Segment segment = Segment.open(directory.resolve("segment"), Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            final ForkedJvm owner = start(FailPoint.LATCH_AWAITED + ":1:KILL", "-1");
            final int number = Integer.parseInt(owner.readLine());
            assertNull(owner.readLineOrNull());
            segment.latch(number).set();
            assertEquals(1, segment.reapDeadProcs().size());
            try (Proc next = segment.attachProc("next")) {
                assertEquals(number, next.procNumber());
                assertFalse(next.latch().isSet());
            }
            assertFalse(proc.latch().isSet());
            final UnsafeBuffer slot = segment.slot(number);
            assertEquals(0, slot.getLongVolatile(ProcLayout.OWNER_OFFSET));
        }
    }
}
