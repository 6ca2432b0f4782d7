package dev.wharf.shmem;

import static dev.wharf.shmem.DsmRegistryLayout.FREE;
import static dev.wharf.shmem.DsmRegistryLayout.INITIALISING;
import static dev.wharf.shmem.DsmRegistryLayout.READY;

import dev.wharf.shmem.SegmentLayout.Section;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds or makes the named DSM segments of a segment.
 *
 * <p>Making one, and running its callback, happens under the registry's lock, held exclusively. If its maker dies, the reaper
 * frees the lock, and the entry still says INITIALISING: whoever gets the lock next begins anew, with a new file.
 */
final class DsmRegistry {
    private final Segment segment;
    private final Path target;
    private final UnsafeBuffer entries;
    /** Those that this process has mapped. */
    private final Map<String, MemorySegment> mapped = new HashMap<>();

    /** @param target where the segment's bytes are */
    DsmRegistry(final Segment segment, final Path target) {
        this.segment = segment;
        this.target = target;
        entries = new SegmentMap(segment.address()).section(Section.DSM_REGISTRY, DsmRegistryLayout.LENGTH);
    }

    DsmSegment get(final Proc proc, final String name, final long size, final DsmSegment.InitCallback callback) {
        final byte[] key = SharedName.utf8(name);
        if (key.length == 0) {
            throw error("DSM segment name cannot be empty");
        }
        if (key.length > DsmRegistryLayout.MAX_NAME) {
            throw error("DSM segment name too long");
        }
        if (size == 0) {
            throw error("DSM segment size must be nonzero");
        }
        if (size < 0) {
            throw new IllegalArgumentException("size must not be negative: size=" + size);
        }
        final LWLock lock = segment.lwLock("DSMRegistry", 0);
        lock.acquire(proc, LWLockMode.SHARED);
        try {
            final int entry = find(name);
            if (entry >= 0 && state(entry) == READY) {
                return found(entry, name, size);
            }
        } finally {
            lock.release(proc);
        }
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            final int entry = find(name);
            return entry >= 0 && state(entry) == READY ? found(entry, name, size)
                : make(entry >= 0 ? entry : reserve(), name, key, size, callback);
        } finally {
            lock.release(proc);
        }
    }

    private DsmSegment found(final int entry, final String name, final long size) {
        if (entries.getLong(DsmRegistryLayout.entry(entry) + DsmRegistryLayout.SIZE_OFFSET) != size) {
            throw error("requested DSM segment size does not match size of existing segment");
        }
        synchronized (mapped) {
            return DsmSegment.of(name, mapped.computeIfAbsent(name, _ -> mapFile(entry, name, size)), true);
        }
    }

    private MemorySegment mapFile(final int entry, final String name, final long size) {
        final Path file = SegmentLocation.dsm(target, entry);
        try {
            final long actual = Files.size(file);
            if (actual < size) {
                throw new ShmemException(ShmemException.DATA_CORRUPTED, "DSM segment \"" + name + "\" in \"" + file
                    + "\" is truncated: " + actual + " bytes of " + size);
            }
            return SegmentFile.map(file, size);
        } catch (final IOException e) {
            throw ShmemException.of("could not open DSM segment \"" + name + "\" in \"" + file + "\"", e);
        }
    }

    private DsmSegment make(final int entry, final String name, final byte[] key, final long size,
                            final DsmSegment.InitCallback callback) {
        final int offset = DsmRegistryLayout.entry(entry);
        final Path file = SegmentLocation.dsm(target, entry);
        // Before the file, which is found by the entry if this process dies
        entries.putIntRelease(offset + DsmRegistryLayout.STATE_OFFSET, FREE);
        entries.setMemory(offset, DsmRegistryLayout.ENTRY_LENGTH, (byte)0);
        entries.putBytes(offset + DsmRegistryLayout.NAME_OFFSET, key);
        entries.putLong(offset + DsmRegistryLayout.SIZE_OFFSET, size);
        entries.putIntRelease(offset + DsmRegistryLayout.STATE_OFFSET, INITIALISING);
        boolean made = false;
        try {
            // A maker that died has left it half filled, and of another size perhaps
            Files.deleteIfExists(file);
            SegmentFile.allocate(file, file, size);
            final MemorySegment memory = SegmentFile.map(file, size);
            final DsmSegment result = DsmSegment.of(name, memory, false);
            callback.initialize(result);
            synchronized (mapped) {
                mapped.put(name, memory);
            }
            made = true;
            return result;
        } catch (final IOException e) {
            throw ShmemException.of("could not create DSM segment \"" + name + "\" in \"" + file + "\"", e);
        } finally {
            if (!made) {
                deleteQuietly(file);
            }
            entries.putIntRelease(offset + DsmRegistryLayout.STATE_OFFSET, made ? READY : FREE);
        }
    }

    /** Forgets all, and deletes their files. What is mapped stays so. */
    void clear() {
        for (int entry = 0; entry < DsmRegistryLayout.CAPACITY; entry++) {
            if (state(entry) != FREE) {
                entries.putIntRelease(DsmRegistryLayout.entry(entry) + DsmRegistryLayout.STATE_OFFSET, FREE);
                deleteQuietly(SegmentLocation.dsm(target, entry));
            }
        }
        synchronized (mapped) {
            mapped.clear();
        }
    }

    private static void deleteQuietly(final Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (final IOException _) {
            // The next to take this entry deletes it, and says so if it cannot
        }
    }

    /** Under the lock. The index of the entry of that name, whatever its state, or -1. */
    private int find(final String name) {
        for (int entry = 0; entry < DsmRegistryLayout.CAPACITY; entry++) {
            if (state(entry) != FREE && name(entries, entry).equals(name)) {
                return entry;
            }
        }
        return -1;
    }

    /** A free one; or one whose maker has died, since nobody else is making any. */
    private int reserve() {
        for (final int wanted : new int[] {FREE, INITIALISING}) {
            for (int entry = 0; entry < DsmRegistryLayout.CAPACITY; entry++) {
                if (state(entry) == wanted) {
                    return entry;
                }
            }
        }
        throw new ShmemException(ShmemException.OUT_OF_MEMORY,
            "too many dynamic shared memory segments: there are " + DsmRegistryLayout.CAPACITY);
    }

    private int state(final int entry) {
        return entries.getIntVolatile(DsmRegistryLayout.entry(entry) + DsmRegistryLayout.STATE_OFFSET);
    }

    private static String name(final UnsafeBuffer entries, final int entry) {
        return Segment.text(entries, DsmRegistryLayout.entry(entry) + DsmRegistryLayout.NAME_OFFSET,
            DsmRegistryLayout.NAME_LENGTH);
    }

    /** Takes no lock: one that is made meanwhile may be missing. */
    static List<DsmAllocation> allocations(final SegmentMap map) {
        final UnsafeBuffer registry = map.section(Section.DSM_REGISTRY, DsmRegistryLayout.LENGTH);
        final List<DsmAllocation> rows = new ArrayList<>();
        for (int entry = 0; entry < DsmRegistryLayout.CAPACITY; entry++) {
            final int offset = DsmRegistryLayout.entry(entry);
            final UnsafeBuffer now = SegmentMap.copy(registry, offset, DsmRegistryLayout.ENTRY_LENGTH);
            final int state = now.getInt(DsmRegistryLayout.STATE_OFFSET);
            if (state != FREE) {
                rows.add(new DsmAllocation(
                    Segment.text(now, DsmRegistryLayout.NAME_OFFSET, DsmRegistryLayout.NAME_LENGTH), DsmAllocation.SEGMENT,
                    state == READY ? (Long)now.getLong(DsmRegistryLayout.SIZE_OFFSET) : null));
            }
        }
        return rows;
    }

    private static ShmemException error(final String message) {
        return new ShmemException(ShmemException.INTERNAL_ERROR, message);
    }
}
