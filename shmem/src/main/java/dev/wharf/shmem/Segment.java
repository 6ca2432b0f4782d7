package dev.wharf.shmem;

import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import dev.wharf.shmem.SegmentLayout.Section;
import dev.wharf.shmem.os.ProcessIdentity;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A memory-mapped file that several processes work in: named structs, locks, latches, a table of who is there.
 *
 * <p>All methods may be called by any thread. All processes are on one machine, in one pid namespace. The mapping lasts as
 * long as the process, even after {@link #close()}.
 */
public final class Segment implements AutoCloseable {
    /** Every segment has these. */
    static final List<Tranche> BUILT_IN_TRANCHES = List.of(
        // An index entry is published by one store
        new Tranche("ShmemIndex", 1, OwnerDeath.CONSISTENT),
        new Tranche(Barrier.TRANCHE, Barrier.LOCKS, OwnerDeath.CONSISTENT),
        new Tranche("AddinShmemInit", 1, OwnerDeath.INCONSISTENT),
        new Tranche("ProcArray", 1, OwnerDeath.CONSISTENT),
        // An entry says how far it is
        new Tranche("DSMRegistry", 1, OwnerDeath.CONSISTENT),
        // A slot is in use from one store on, until another
        new Tranche("BackgroundWorker", 1, OwnerDeath.CONSISTENT));

    private final Path file;
    private final SideFile sideFile;
    private final Object fileKey;
    private final MemorySegment memory;
    private final UnsafeBuffer header;
    private final SegmentMap map;
    private final boolean created;
    private final ShmemIndex index;
    private final Counters counters;
    private final DsmRegistry dsmRegistry;
    private final UnsafeBuffer[] slots;
    private final LWLock[] locks;
    private final List<Tranche> tranches;
    private final Map<String, Integer> trancheIds = new HashMap<>();
    private final int[] firstLocks;
    private final AtomicReferenceArray<OwnerDeathCallback> callbacks;
    private final UserLWLocks userLocks;
    private final Reaper reaper;
    private final AtomicInteger openProcs = new AtomicInteger();

    Segment(final Path file, final SideFile sideFile, final MemorySegment memory, final boolean created)
        throws IOException {
        this.file = file;
        this.sideFile = sideFile;
        this.memory = memory;
        this.created = created;
        fileKey = fileKey(file);
        header = new UnsafeBuffer(memory.address(), SegmentLayout.HEADER_LENGTH);
        map = new SegmentMap(memory.address());
        index = new ShmemIndex(memory.address(), map);
        counters = new Counters(map);
        dsmRegistry = new DsmRegistry(this, SegmentLocation.current(file));
        slots = new UnsafeBuffer[header.getInt(SegmentLayout.PROC_COUNT_OFFSET)];
        Arrays.setAll(slots, i -> section(Section.PROCS, (long)i * ProcLayout.LENGTH, ProcLayout.LENGTH));
        locks = new LWLock[header.getInt(SegmentLayout.LOCK_COUNT_OFFSET)];
        firstLocks = new int[header.getInt(SegmentLayout.TRANCHE_COUNT_OFFSET)];
        callbacks = new AtomicReferenceArray<>(SegmentConfig.MAX_TRANCHES);
        final UnsafeBuffer records = section(Section.TRANCHES, 0, TrancheLayout.LENGTH * SegmentConfig.MAX_TRANCHES);
        tranches = TrancheTable.created(file, records, firstLocks.length, locks.length);
        makeLocks();
        final long heap = header.getLong(Section.HEAP.offsetOffset());
        userLocks = new UserLWLocks(this, records, firstLocks.length, heap,
            heap + header.getLong(Section.HEAP.lengthOffset()));
        reaper = new Reaper(this, sideFile);
    }

    private void makeLocks() {
        int next = 0;
        for (int id = 0; id < firstLocks.length; id++) {
            final Tranche tranche = tranches.get(id);
            trancheIds.put(tranche.name(), id);
            firstLocks[id] = next;
            for (int i = 0; i < tranche.locks(); i++, next++) {
                final long offset = (long)next * LWLockLayout.LENGTH;
                locks[next] = new LWLock(this, section(Section.LOCKS, offset, LWLockLayout.LENGTH),
                    LWLockLayout.number(header.getLong(Section.LOCKS.offsetOffset()) + offset), id, tranche, i);
            }
        }
    }

    /**
     * Attaches to the segment at {@code file}; creates it if there is none, or if no process is attached to what is there.
     *
     * <p>Any number of processes may do this at once: one creates, the others attach. A process that opens the file again
     * gets the same object.
     *
     * @param config what to create; of a segment that exists, the size and the proc count are what they are
     * @throws ShmemException if the disk is full (nothing is left behind then); if the segment is in use by a program of
     *     another layout version, or lacks a tranche of {@code config}; if the file, or that of its name with {@code .new}, is
     *     not empty and not a segment (nothing is touched then)
     */
    public static Segment open(final Path file, final SegmentConfig config) {
        return AttachedSegments.open(file, config);
    }

    /**
     * As {@link #open(Path, SegmentConfig)}, with what has been requested so far. That ends the phase in which more can be.
     */
    public static Segment open(final Path file, final ShmemRequest request) {
        return open(file, request.close());
    }

    /**
     * Attaches to a segment that other processes are attached to. Never creates one.
     *
     * @throws ShmemException which says what is wrong: no such file, not a segment, another version or byte order,
     *     truncated, no permission, being created for longer than 60 seconds, left by another boot, or by processes that
     *     have all ended
     */
    public static Segment attach(final Path file) {
        return attach(file, SegmentConfig.DEFAULT_START_UP_TIMEOUT);
    }

    /** As {@link #attach(Path)}, waiting for at most {@code timeout} while another process creates it. */
    public static Segment attach(final Path file, final Duration timeout) {
        return AttachedSegments.attach(file, timeout);
    }

    /**
     * For looking at, and nothing else: also what is left of a segment whose processes have all ended. Needs no leave of
     * theirs, and they do not notice.
     *
     * @throws ShmemException as {@link #attach(Path)}, except that the segment may be of another boot, or nobody's
     */
    public static SegmentReader attachReadOnly(final Path file) {
        return SegmentReader.open(file);
    }

    /**
     * Removes a segment, its DSM segments, and its lock file.
     *
     * @throws ShmemException if any process is attached, this one included, if there is no such file, or if it is not a segment
     */
    public static void remove(final Path file) {
        AttachedSegments.remove(file);
    }

    void checkTranches(final SegmentConfig config) {
        for (final Tranche wanted : config.tranches()) {
            final Integer id = trancheIds.get(wanted.name());
            if (id == null || tranches.get(id).locks() < wanted.locks()) {
                throw new ShmemException(ShmemException.OBJECT_NOT_IN_PREREQUISITE_STATE, "segment \"" + file
                    + "\" was created without " + wanted.locks() + " locks of tranche \"" + wanted.name() + "\"");
            }
        }
    }

    /**
     * Detaches: the next process to open the file may then create it anew. The mapping stays, so that a stray access is
     * harmless. Every proc of this process must be closed first.
     */
    @Override
    public void close() {
        AttachedSegments.close(this);
    }

    /** By {@link AttachedSegments} alone. */
    void checkNoProcs() {
        if (openProcs.get() != 0) {
            throw new IllegalStateException("segment \"" + file + "\" still has " + openProcs + " procs open here");
        }
    }

    /** By {@link AttachedSegments} alone. */
    void detach() {
        reaper.close();
        try {
            sideFile.close();
        } catch (final IOException e) {
            throw ShmemException.of("could not close the segment's lock file", e);
        }
    }

    /** False once its name means another file, or none. */
    boolean isStillThere() throws IOException {
        return Files.exists(file) && fileKey.equals(fileKey(file));
    }

    /** Where it is; absolute. */
    public Path file() {
        return file;
    }

    /** True if this process created it: its structs are empty and its locks free. */
    public boolean created() {
        return created;
    }

    /** One more than the segment's that was in the same file before. */
    public long generation() {
        return header.getLong(SegmentLayout.GENERATION_OFFSET);
    }

    /** The process that created it. */
    public ProcessIdentity supervisor() {
        return new ProcessIdentity(header.getLong(SegmentLayout.SUPERVISOR_PID_OFFSET),
            header.getLong(SegmentLayout.SUPERVISOR_START_TIME_OFFSET));
    }

    /** Where this process sees its first byte. */
    public long address() {
        return memory.address();
    }

    /** Bytes. */
    public long length() {
        return memory.byteSize();
    }

    /** A view of the {@code length} bytes from {@code offset}. Its accessors' names carry the memory order. */
    public UnsafeBuffer buffer(final long offset, final int length) {
        Objects.checkFromIndexSize(offset, length, memory.byteSize());
        return new UnsafeBuffer(memory.address() + offset, length);
    }

    /** A view of a struct smaller than 2 GiB. */
    public UnsafeBuffer buffer(final ShmemStruct struct) {
        return buffer(struct.offset(), Math.toIntExact(struct.size()));
    }

    /** A view of the {@code length} bytes from byte {@code offset} of a struct: for those larger than 2 GiB. */
    public UnsafeBuffer buffer(final ShmemStruct struct, final long offset, final int length) {
        Objects.checkFromIndexSize(offset, length, struct.size());
        return buffer(struct.offset() + offset, length);
    }

    /**
     * Finds a named area, or allocates it, all zero, 128-byte aligned. Areas live as long as the segment.
     *
     * <p>To initialise one exactly once, hold {@link #addinShmemInitLock()} exclusively from before this call until done.
     *
     * @param name at most 47 bytes of UTF-8
     * @param size bytes; the same in every call with this name
     * @throws ShmemException if there is no room, or it was allocated with another size; if the name has a NUL
     */
    public ShmemStruct shmemInitStruct(final Proc proc, final String name, final long size) {
        final byte[] key = SharedName.utf8(name);
        if (key.length == 0 || key.length > ShmemIndexLayout.MAX_NAME) {
            throw new IllegalArgumentException(
                "name must have 1 to " + ShmemIndexLayout.MAX_NAME + " bytes: name=" + name);
        }
        if (size < 0) {
            throw new IllegalArgumentException("size must not be negative: size=" + size);
        }
        final LWLock indexLock = lwLock("ShmemIndex", 0);
        indexLock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            return index.findOrAllocate(name, key, size);
        } finally {
            indexLock.release(proc);
        }
    }

    /**
     * Forgets all structs, named DSM segments and tranches of user locks, and what locks are inconsistent: memory is as it was at
     * first. While no other process is attached, and no thread of this one uses any of it.
     */
    public void reinitialize(final Proc proc) {
        final LWLock indexLock = lwLock("ShmemIndex", 0);
        indexLock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            dsmRegistry.clear();
            userLocks.clear();
            index.clear();
        } finally {
            indexLock.release(proc);
        }
        for (final LWLock lock : locks) {
            lock.repair(() -> { });
        }
    }

    /** The whole of the segment, row by row: {@code pg_shmem_allocations}. */
    public List<ShmemAllocation> allocations() {
        return index.allocations();
    }

    /**
     * Finds shared memory by name, or makes it: at any time, from any process, beside the segment. It is initialised once.
     *
     * @param name at most 127 bytes of UTF-8
     * @param size bytes, more than 0; the same in every call with this name
     * @param callback fills it, if it is this call that makes it
     * @throws ShmemException if its size is another, if the disk is full, or if there are 128 others
     */
    public DsmSegment getNamedDsmSegment(final Proc proc, final String name, final long size,
                                         final DsmSegment.InitCallback callback) {
        return dsmRegistry.get(proc, name, size, callback);
    }

    /** The named DSM segments: {@code pg_dsm_registry_allocations}. */
    public List<DsmAllocation> dsmAllocations() {
        return DsmRegistry.allocations(map);
    }

    /** Numbers that other processes read. */
    public Counters counters() {
        return counters;
    }

    /** The lock to hold while initialising a struct. */
    public LWLock addinShmemInitLock() {
        return lwLock("AddinShmemInit", 0);
    }

    /**
     * A lock. The same object for the same arguments.
     *
     * @throws ShmemException if the segment was created without it
     */
    public LWLock lwLock(final String tranche, final int lockIndex) {
        final int id = trancheId(tranche);
        return locks[firstLocks[id] + Objects.checkIndex(lockIndex, tranches.get(id).locks())];
    }

    /**
     * All locks of a tranche.
     *
     * @throws ShmemException if the segment was created without it
     */
    public LWLock[] getNamedLWLockTranche(final String tranche) {
        final Integer id = trancheIds.get(tranche);
        if (id == null) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR, "requested tranche is not registered");
        }
        return Arrays.copyOfRange(locks, firstLocks[id], firstLocks[id] + tranches.get(id).locks());
    }

    /**
     * Says how to repair what a tranche's locks protect when a process dies holding one exclusively. Each process that may
     * reap or take the lock registers its own; it replaces the one before.
     */
    public void onOwnerDeath(final String tranche, final OwnerDeathCallback callback) {
        callbacks.set(trancheId(tranche), callback);
    }

    /** Locks in structs, and their tranches. */
    public UserLWLocks userLWLocks() {
        return userLocks;
    }

    private int trancheId(final String tranche) {
        final Integer id = trancheIds.get(tranche);
        if (id == null) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR, "requested tranche is not registered: " + tranche);
        }
        return id;
    }

    /**
     * A slot for the calling thread, which must be a platform thread.
     *
     * @param backendType what it is, for people: cut at 95 bytes
     * @throws ShmemException if all slots are taken, by live processes
     */
    public Proc attachProc(final String backendType) {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread cannot have a proc: it would sleep in the kernel");
        }
        int procNumber = claimSlot();
        if (procNumber < 0) {
            reapDeadProcs();
            procNumber = claimSlot();
        }
        if (procNumber < 0) {
            throw new ShmemException(ShmemException.TOO_MANY_CONNECTIONS,
                "sorry, too many clients already: segment \"" + file + "\" has " + slots.length + " procs");
        }
        final UnsafeBuffer slot = slots[procNumber];
        FailPoint.ATTACH_CLAIMED.reach();
        final byte[] type = backendType.getBytes(StandardCharsets.UTF_8);
        slot.setMemory(ProcLayout.BACKEND_TYPE_OFFSET, ProcLayout.BACKEND_TYPE_LENGTH, (byte)0);
        slot.putBytes(ProcLayout.BACKEND_TYPE_OFFSET, type, 0,
            Math.min(type.length, ProcLayout.BACKEND_TYPE_LENGTH - 1));
        slot.putInt(ProcLayout.TID_OFFSET, ProcessIdentity.currentThreadId());
        slot.putInt(ProcLayout.WAIT_EVENT_OFFSET, 0);
        slot.putInt(ProcLayout.LATCH_OFFSET, ProcLayout.LATCH_CLEAR);
        slot.putInt(ProcLayout.INTERRUPTS_OFFSET, 0);
        // The episode goes on counting, so that a wake-up meant for an earlier owner finds no match
        slot.putInt(ProcLayout.SEMAPHORE_OFFSET,
            slot.getInt(ProcLayout.SEMAPHORE_OFFSET) & ~ProcLayout.SEMAPHORE_STATE_MASK);
        FailPoint.ATTACH_FILLED.reach();
        slot.putLongRelease(
            ProcLayout.OWNER_OFFSET, ProcLayout.owner(ProcessIdentity.current(), ProcLayout.ACTIVE));
        FailPoint.ATTACH_ACTIVE.reach();
        reaper.start();
        openProcs.incrementAndGet();
        return new Proc(this, procNumber);
    }

    private int claimSlot() {
        final long claim = ProcLayout.owner(ProcessIdentity.current(), ProcLayout.CLAIMED);
        for (int i = 0; i < slots.length; i++) {
            if (slots[i].getLongVolatile(ProcLayout.OWNER_OFFSET) == 0
                && slots[i].compareAndSetLong(ProcLayout.OWNER_OFFSET, 0, claim)) {
                return i;
            }
        }
        return -1;
    }

    /** The latch of a proc of any process, to set. */
    public Latch latch(final int procNumber) {
        return new Latch(slots[procNumber], null);
    }

    /** The interrupts of a proc of any process, to send. */
    public Interrupts interrupts(final int procNumber) {
        return new Interrupts(slots[procNumber]);
    }

    /** Sets the latches of all threads of a process: for who knows no more of it than its pid. */
    public void setLatches(final long pid) {
        for (int i = 0; i < slots.length; i++) {
            final long owner = slots[i].getLongVolatile(ProcLayout.OWNER_OFFSET);
            if (owner != 0 && ProcLayout.process(owner).pid() == pid) {
                latch(i).set();
            }
        }
    }

    /** Who is there, in the order of the slots. */
    public List<ProcStatus> procs() {
        return new LockTable(map, true).procs();
    }

    /** The table of background workers, as {@link BackgroundWorkerLayout} has it. */
    public UnsafeBuffer backgroundWorkers() {
        return section(Section.BACKGROUND_WORKERS, 0, Math.toIntExact(map.length(Section.BACKGROUND_WORKERS)));
    }

    /** Slots of the proc table. */
    public int maxProcs() {
        return slots.length;
    }

    /**
     * Frees the slots and counters of processes that have died, and recovers the locks they held or waited for. Who sees a
     * process die calls it; waiters for a lock do so by themselves, counters excepted.
     *
     * <p>Waits while another process is at the same, and for live processes that were stopped in the middle of taking one of
     * those locks. The caller may hold locks, but must not be in an {@link OwnerDeathCallback}.
     */
    public List<ReapedProc> reapDeadProcs() {
        counters.freeDead();
        return reaper.reap();
    }

    Reaper reaper() {
        return reaper;
    }

    OwnerDeathCallback ownerDeathCallback(final int trancheId) {
        return callbacks.get(trancheId);
    }

    OwnerDeath ownerDeath(final int trancheId) {
        return tranche(trancheId).ownerDeath();
    }

    UnsafeBuffer slot(final int procNumber) {
        return slots[procNumber];
    }

    /** The tranche that locks and wait events name so. */
    Tranche tranche(final int trancheId) {
        return userLocks.tranche(trancheId);
    }

    /** The lock that held entries name so. */
    LWLock lock(final int number) {
        final int i = number - locks[0].number;
        return i >= 0 && i < locks.length ? locks[i] : userLocks.at(LWLockLayout.offset(number));
    }

    void onOwnerDeath(final int trancheId, final OwnerDeathCallback callback) {
        callbacks.set(trancheId, callback);
    }

    void procClosed() {
        openProcs.decrementAndGet();
    }

    private UnsafeBuffer section(final Section section, final long offset, final int length) {
        return new UnsafeBuffer(memory.address() + header.getLong(section.offsetOffset()) + offset, length);
    }

    private static Object fileKey(final Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** UTF-8 text that zeros follow, or the end of its field. */
    public static String text(final UnsafeBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        int end = 0;
        while (end < length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
