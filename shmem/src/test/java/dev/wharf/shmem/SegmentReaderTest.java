package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.LWLockStatus.Holder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A segment as others see it who take no part in it. */
@Timeout(120)
class SegmentReaderTest {
    @TempDir
    private Path directory;
    private Path file;

    @BeforeEach
    void name() throws IOException {
        file = directory.toRealPath().resolve("segment");
    }

    @Test
    void showsWhoHoldsAndWhoWaits() throws Exception {
        try (Segment _ = Segment.open(file, Peer.CONFIG); SegmentReader reader = Segment.attachReadOnly(file);
             ForkedJvm holder = ForkedJvm.start(SegmentPeer.class, "hold", file.toString())) {
            holder.expect("held");
            try (ForkedJvm waiter = ForkedJvm.start(SegmentPeer.class, "wait", file.toString())) {
                final int waiting = Integer.parseInt(waiter.readLine());
                awaitWaiting(reader, waiting);
                assertEquals(List.of(ProcessHandle.current().pid(), holder.pid(), waiter.pid()).stream().sorted().toList(),
                    reader.attachedPids().stream().sorted().toList());
                assertTrue(reader.isLive());
                final List<ProcStatus> procs = reader.procs();
                assertEquals(2, procs.size());
                final ProcStatus first = procs.getFirst();
                assertEquals(holder.pid(), first.pid());
                assertEquals("holder", first.backendType());
                assertEquals(ProcStatus.State.ACTIVE, first.state());
                assertNull(first.waitEvent());
                assertEquals(List.of("Safe 2 SHARED HELD", "Fragile 1 EXCLUSIVE HELD"), first.locks().stream().map(
                    held -> held.tranche() + " " + held.index() + " " + held.mode() + " " + held.state()).toList());
                final ProcStatus second = procs.getLast();
                assertEquals("LWLock", second.waitEventType());
                assertEquals("Fragile", second.waitEvent());
                assertTrue(Files.isDirectory(Path.of("/proc/" + second.pid() + "/task/" + second.tid())));
                final List<LWLockStatus> locks = reader.locks(procs, false);
                assertEquals(List.of("Safe 2 1 false", "Fragile 1 0 true"), locks.stream().map(lock ->
                    lock.tranche() + " " + lock.index() + " " + lock.sharedHolders() + " " + lock.exclusive()).toList());
                assertEquals(List.of(new Holder(first.procNumber(), holder.pid(), first.tid(), LWLockMode.SHARED, false)),
                    locks.getFirst().holders());
                final LWLockStatus fragile = locks.getLast();
                assertEquals(LWLockAlgorithm.SPINNING, fragile.algorithm());
                assertEquals(List.of(new Holder(first.procNumber(), holder.pid(), first.tid(), LWLockMode.EXCLUSIVE, false)),
                    fragile.holders());
                assertEquals(1, fragile.waiters().size());
                assertEquals(new LWLockStatus.Waiter(waiting, waiter.pid(), second.tid(), LWLockMode.SHARED,
                    fragile.waiters().getFirst().ticket()), fragile.waiters().getFirst());
                assertEquals(1, fragile.stats().exclusiveAcquires());
                assertEquals(0, fragile.stats().sharedAcquires());
                assertFalse(fragile.inconsistent());
                assertTrue(reader.locks(procs, true).size() > 6);
                // It is not a dead owner's lock yet: nobody looks
                holder.kill();
            }
        }
    }

    private static void awaitWaiting(final SegmentReader reader, final int proc) {
        while (reader.procs().stream().noneMatch(row -> row.procNumber() == proc && row.waitEvent() != null)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void showsWhatTheDeadHaveLeft() throws Exception {
        Segment.open(file, Peer.CONFIG).close();
        final long pid;
        try (Segment _ = Segment.open(file, Peer.CONFIG);
             ForkedJvm holder = ForkedJvm.start(SegmentPeer.class, "hold", file.toString())) {
            holder.expect("held");
            pid = holder.pid();
            holder.kill();
        }
        Files.delete(directory.resolve("segment.lock"));
        final byte[] before = Files.readAllBytes(file);
        try (SegmentReader reader = Segment.attachReadOnly(file)) {
            assertFalse(reader.isLive());
            assertEquals(List.of(), reader.attachedPids());
            assertEquals(2, reader.header().generation());
            assertEquals(ProcessHandle.current().pid(), reader.header().supervisor().pid());
            final ProcStatus proc = reader.procs().getFirst();
            assertEquals(pid, proc.pid());
            assertEquals(ProcStatus.State.DEAD, proc.state());
            assertEquals(2, proc.locks().size());
            final LWLockStatus held = reader.locks(reader.procs(), false).getLast();
            assertEquals(pid, held.holders().getFirst().pid());
            // Counted in its slot, and never handed in
            assertEquals(1, held.stats().exclusiveAcquires());
            assertFalse(reader.isReplaced());
            Segment.open(file, Peer.CONFIG).close();
            assertTrue(reader.isReplaced());
            assertEquals(2, reader.header().generation());
            assertEquals(pid, reader.procs().getFirst().pid());
        }
        assertEquals(before.length, Files.size(file));
    }

    @Test
    void ofAnotherBootNobodyIsAlive() throws IOException {
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc _ = segment.attachProc("of long ago")) {
            final Path copy = directory.resolve("copy");
            Files.copy(file, copy);
            alter(copy, SegmentLayout.BOOT_ID_OFFSET);
            try (SegmentReader reader = Segment.attachReadOnly(copy)) {
                assertFalse(reader.header().isOfThisBoot());
                assertFalse(reader.isLive());
                assertEquals("of long ago", reader.procs().getFirst().backendType());
                assertEquals(ProcStatus.State.DEAD, reader.procs().getFirst().state());
            }
            alter(copy, SegmentLayout.PID_NAMESPACE_OFFSET);
            final ShmemException e = assertThrows(ShmemException.class, () -> Segment.attachReadOnly(copy));
            assertTrue(e.getMessage().endsWith("another pid namespace: run both in one container"), e.getMessage());
        }
    }

    private static void alter(final Path path, final int offset) throws IOException {
        try (RandomAccessFile target = new RandomAccessFile(path.toFile(), "rw")) {
            target.seek(offset);
            target.writeInt(0x01020304);
        }
    }

    /** What other processes write there must not make the reader fail, whatever it is. */
    @Test
    void nonsenseIsNotBelieved() throws IOException {
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test");
             SegmentReader reader = Segment.attachReadOnly(file)) {
            final UnsafeBuffer slot = segment.slot(proc.procNumber());
            slot.putLong(ProcLayout.held(0), (long)Integer.MAX_VALUE << 32 | ProcLayout.HELD);
            slot.putLong(ProcLayout.held(1), -1L << 32 | ProcLayout.HELD);
            final int shmemIndexLock = segment.lwLock("ShmemIndex", 0).number;
            slot.putLong(ProcLayout.held(2), (long)shmemIndexLock << 32 | 0xffffL << 8 | ProcLayout.HELD);
            // In the heap, where no lock is
            slot.putLong(ProcLayout.held(3), (long)LWLockLayout.number(segment.length() - 128) << 32 | ProcLayout.HELD);
            slot.putInt(ProcLayout.WAIT_EVENT_OFFSET, WaitEvent.lwLock(250));
            slot.putInt(ProcLayout.SEMAPHORE_OFFSET, -1);
            final ProcStatus row = reader.procs().getFirst();
            assertEquals("???", row.waitEvent());
            assertEquals(List.of(new HeldLock("ShmemIndex", 0, shmemIndexLock, null, false, HeldLock.State.HELD, 0)),
                row.locks());
            assertEquals(1, reader.locks(reader.procs(), false).size());
            slot.putInt(ProcLayout.WAIT_EVENT_OFFSET, 0x7700_0001);
            assertEquals("???", reader.procs().getFirst().waitEventType());
            slot.putInt(ProcLayout.WAIT_EVENT_OFFSET, WaitEvent.LATCH.word());
            assertEquals("Extension Latch",
                reader.procs().getFirst().waitEventType() + " " + reader.procs().getFirst().waitEvent());
            for (int entry = 0; entry < 4; entry++) {
                slot.putLong(ProcLayout.held(entry), 0);
            }
        }
    }

    @Test
    void storesNothing() throws IOException {
        final SegmentReader reader;
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            final ShmemStruct struct = segment.shmemInitStruct(proc, "struct", 16);
            segment.buffer(struct).putLong(8, 42);
            reader = Segment.attachReadOnly(file);
            final MemorySegment memory = reader.memory(struct.offset(), struct.size());
            assertEquals(42, memory.get(ValueLayout.JAVA_LONG, 8));
            segment.buffer(struct).putLong(8, 43);
            assertEquals(43, memory.get(ValueLayout.JAVA_LONG, 8));
            assertThrows(RuntimeException.class, () -> memory.set(ValueLayout.JAVA_LONG, 8, 1));
            final String maps = Files.readString(Path.of("/proc/self/maps"));
            assertTrue(maps.lines().anyMatch(line -> line.contains(" r--s ") && line.endsWith(file.toString())), maps);
            reader.close();
            reader.close();
            assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_LONG, 8));
            assertThrows(IllegalStateException.class, reader::procs);
        }
    }

    @Test
    void allocationsAddUpToTheSegment() {
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test");
             SegmentReader reader = Segment.attachReadOnly(file)) {
            final ShmemStruct struct = segment.shmemInitStruct(proc, "struct", 100);
            segment.shmemInitStruct(proc, "empty", 0);
            final Map<String, ShmemAllocation> rows = new HashMap<>();
            long end = 0;
            for (final ShmemAllocation row : reader.allocations()) {
                rows.put(row.name(), row);
                if (row.offset() != null) {
                    assertEquals(end, row.offset());
                    end += row.allocatedSize();
                }
            }
            assertEquals(segment.length(), end);
            assertEquals(new ShmemAllocation("struct", struct.offset(), 100, 128), rows.get("struct"));
            assertEquals(0, rows.get(ShmemAllocation.ANONYMOUS).size());
            assertEquals(struct.offset() + 128, rows.get(null).offset());
            assertEquals(reader.allocations(), segment.allocations());
        }
    }

    /** A hole of 3 GiB: numbers over 2 GiB are what is looked at, and reading needs no blocks. */
    @Test
    void offsetsMayBeOver2GiB() throws IOException {
        final long far = 5L << 29;
        final ShmemStruct struct;
        try (Segment segment = Segment.open(file, Peer.CONFIG); Proc proc = segment.attachProc("test")) {
            struct = segment.shmemInitStruct(proc, "large", 8);
        }
        final long added = 3L << 30;
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            final ByteBuffer header = ByteBuffer.allocate(SegmentLayout.HEADER_LENGTH).order(ByteOrder.nativeOrder());
            large.getChannel().read(header, 0);
            final int heap = SegmentLayout.Section.HEAP.lengthOffset();
            header.putLong(SegmentLayout.LENGTH_OFFSET, header.getLong(SegmentLayout.LENGTH_OFFSET) + added);
            header.putLong(heap, header.getLong(heap) + added);
            large.setLength(Peer.CONFIG.size() + added);
            large.getChannel().write(header.rewind(), 0);
            final ByteBuffer value = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(0, 42);
            large.getChannel().write(value, struct.offset() + far);
        }
        try (SegmentReader reader = Segment.attachReadOnly(file)) {
            assertEquals(Peer.CONFIG.size() + added, reader.header().length());
            assertEquals(42, reader.memory(struct.offset(), added).get(ValueLayout.JAVA_LONG, far));
            final ShmemAllocation free = reader.allocations().getLast();
            assertEquals(reader.header().length(), free.offset() + free.size());
        }
    }
}
