package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CountersTest {
    @TempDir
    private Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("segment");
    }

    @Test
    void othersReadThemAndTheyGoWithTheirOwner() throws Exception {
        try (Segment segment = Segment.open(file, Peer.CONFIG.withMaxCounters(2));
             SegmentReader reader = Segment.attachReadOnly(file);
             ForkedJvm peer = ForkedJvm.start(SegmentPeer.class, "counter", file.toString())) {
            peer.expect("0");
            final AtomicCounter mine = segment.counters().allocate(8, "mine");
            mine.setRelease(-5);
            final List<CounterStatus> expected = List.of(new CounterStatus(0, 7, "rows of the peer", peer.pid(), 42),
                new CounterStatus(1, 8, "mine", ProcessHandle.current().pid(), -5));
            assertEquals(expected, reader.counters());
            assertEquals(expected, segment.counters().list());
            final ShmemException e = assertThrows(ShmemException.class, () -> segment.counters().allocate(9, "one more"));
            assertEquals("too many counters: all 2 are in use; create the segment with a larger maxCounters", e.getMessage());
            assertEquals(ShmemException.OUT_OF_MEMORY, e.sqlState());
            peer.kill();
            assertEquals(2, reader.counters().size());
            // There is room again: the dead one's
            assertEquals(0, segment.counters().allocate(9, "one more").id());
            segment.counters().free(mine);
            assertEquals(List.of(new CounterStatus(0, 9, "one more", ProcessHandle.current().pid(), 0)), reader.counters());
        }
    }

    @Test
    void reapingFreesThoseOfTheDead() throws Exception {
        try (Segment segment = Segment.open(file, Peer.CONFIG);
             ForkedJvm peer = ForkedJvm.start(SegmentPeer.class, "counter", file.toString())) {
            peer.expect("0");
            segment.reapDeadProcs();
            assertEquals(1, segment.counters().list().size());
            peer.kill();
            segment.reapDeadProcs();
            assertEquals(List.of(), segment.counters().list());
        }
    }

    @Test
    void whatIsFreedIsNotFreedAgainAndTheNextBeginsAtZero() {
        try (Segment segment = Segment.open(file, Peer.CONFIG)) {
            final Counters counters = segment.counters();
            final AtomicCounter first = counters.allocate(1, "first, with a longer label");
            first.set(7);
            counters.free(first);
            assertTrue(first.isClosed());
            final ShmemException e = assertThrows(ShmemException.class, () -> counters.free(first));
            assertEquals("counter 0 is not this process's: it was freed before", e.getMessage());
            assertThrows(IllegalArgumentException.class, () -> counters.allocate(-1, ""));
            final AtomicCounter second = counters.allocate(2, "second");
            assertEquals(0, second.id());
            assertEquals(0, second.get());
            assertEquals("second", counters.list().getFirst().label());
            counters.allocate(3, "\u00e9" + "x".repeat(500));
            assertEquals("?" + "x".repeat(379), counters.list().get(1).label());
        }
    }

    @Test
    void agronasReaderReadsThem() {
        try (Segment segment = Segment.open(file, Peer.CONFIG)) {
            final Counters counters = segment.counters();
            final AtomicCounter gone = counters.allocate(1, "gone");
            counters.allocate(2, "two").set(22);
            counters.free(gone);
            counters.allocate(3, "three").set(33);
            final AtomicCounter last = counters.allocate(4, "four");
            last.set(44);
            counters.free(last);
            final List<String> seen = new ArrayList<>();
            final CountersReader reader =
                new CountersReader(counters.metadataBuffer(), counters.valuesBuffer(), StandardCharsets.US_ASCII);
            reader.forEach((value, id, label) -> seen.add(id + " " + reader.getCounterTypeId(id) + " " + label + " " + value
                + " " + reader.getCounterOwnerId(id)));
            final String pid = " " + ProcessHandle.current().pid();
            assertEquals(List.of("0 3 three 33" + pid, "1 2 two 22" + pid), seen);
            assertEquals(CountersReader.RECORD_RECLAIMED, reader.getCounterState(2));
        }
    }

    /** Threads of one process and of none other: the CAS is the same. */
    @Test
    void noTwoGetTheSame() throws Exception {
        final int each = 30;
        try (Segment segment = Segment.open(file, Peer.CONFIG); ExecutorService threads = Executors.newFixedThreadPool(4)) {
            final List<Future<Integer>> results = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                final int type = thread;
                final Callable<Integer> task = () -> {
                    for (int i = 0; i < each; i++) {
                        final AtomicCounter passing = segment.counters().allocate(type, "passing " + type);
                        passing.increment();
                        assertEquals(1, passing.get());
                        segment.counters().free(passing);
                        segment.counters().allocate(type, "staying " + type).set(type);
                        for (final CounterStatus row : segment.counters().list()) {
                            assertTrue(row.label().endsWith(" " + row.typeId()), row::toString);
                        }
                    }
                    return each;
                };
                results.add(threads.submit(task));
            }
            for (final Future<Integer> result : results) {
                result.get();
            }
            final List<CounterStatus> rows = segment.counters().list();
            assertEquals(4 * each, rows.size());
            rows.forEach(row -> assertEquals(row.typeId(), row.value()));
        }
    }
}
