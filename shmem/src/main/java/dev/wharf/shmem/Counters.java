package dev.wharf.shmem;

import dev.wharf.shmem.SegmentLayout.Section;
import dev.wharf.shmem.os.ProcessIdentity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;

/**
 * 64-bit numbers with a type and a label that any process may read, each on its own 128 bytes. From {@link Segment#counters}.
 *
 * <p>A counter belongs to the process that allocates it. When that ends, in whatever way, it is freed by the next
 * {@link Segment#reapDeadProcs}, or when another process finds no free one.
 *
 * <p>Any thread may use it. Allocating and freeing take no lock: one CAS on a counter's owner.
 */
public final class Counters {
    private final UnsafeBuffer metadata;
    private final UnsafeBuffer values;
    private final int capacity;

    /** @param address of the segment's first byte */
    Counters(final long address) {
        final UnsafeBuffer header = new UnsafeBuffer(address, SegmentLayout.HEADER_LENGTH);
        capacity = header.getInt(SegmentLayout.COUNTER_CAPACITY_OFFSET);
        metadata = new UnsafeBuffer(address + header.getLong(Section.COUNTERS_METADATA.offsetOffset()),
            capacity * CountersLayout.METADATA_LENGTH);
        values = new UnsafeBuffer(address + header.getLong(Section.COUNTERS_VALUES.offsetOffset()),
            capacity * CountersLayout.VALUE_LENGTH);
    }

    /**
     * A new counter, 0, of this process. The names of its methods carry the memory order. {@link #free} gives it back; its own
     * {@code close} does not.
     *
     * @param typeId what its users agree on; not negative
     * @param label for people: cut at 380 bytes of ASCII, other characters become question marks
     * @throws ShmemException if all are in use, by live processes
     */
    public AtomicCounter allocate(final int typeId, final String label) {
        if (typeId < 0) {
            throw new IllegalArgumentException("typeId must not be negative: typeId=" + typeId);
        }
        int id = claim();
        if (id < 0) {
            freeDead();
            id = claim();
        }
        if (id < 0) {
            throw new ShmemException(ShmemException.OUT_OF_MEMORY,
                "too many counters: all " + capacity + " are in use; create the segment with a larger maxCounters");
        }
        final int record = CountersReader.metaDataOffset(id);
        final int value = CountersReader.counterOffset(id);
        final byte[] text = label.getBytes(StandardCharsets.US_ASCII);
        final int length = Math.min(text.length, CountersLayout.MAX_LABEL);
        values.putLong(value + CountersLayout.VALUE_OFFSET, 0);
        values.putLong(value + CountersLayout.OWNER_PID_OFFSET, ProcessIdentity.current().pid());
        values.getAndAddLong(value + CountersLayout.ALLOCATIONS_OFFSET, 1);
        metadata.putInt(record + CountersLayout.TYPE_OFFSET, typeId);
        metadata.putBytes(record + CountersLayout.LABEL_OFFSET, text, 0, length);
        metadata.putInt(record + CountersLayout.LABEL_LENGTH_OFFSET, length);
        metadata.putIntRelease(record + CountersLayout.STATE_OFFSET, CountersLayout.ALLOCATED);
        values.putLongRelease(value + CountersLayout.OWNER_OFFSET, owner(ProcLayout.ACTIVE));
        return new AtomicCounter(values, id);
    }

    private int claim() {
        final long claim = owner(ProcLayout.CLAIMED);
        for (int id = 0; id < capacity; id++) {
            final int owner = CountersReader.counterOffset(id) + CountersLayout.OWNER_OFFSET;
            if (values.getLongVolatile(owner) == 0 && values.compareAndSetLong(owner, 0, claim)) {
                return id;
            }
        }
        return -1;
    }

    /**
     * Gives a counter back. It must not be used any more: it may be another's at once.
     *
     * @throws ShmemException if it is not this process's
     */
    public void free(final AtomicCounter counter) {
        final int owner = CountersReader.counterOffset(counter.id()) + CountersLayout.OWNER_OFFSET;
        if (!values.compareAndSetLong(owner, owner(ProcLayout.ACTIVE), owner(ProcLayout.CLAIMED))) {
            throw new ShmemException(ShmemException.INTERNAL_ERROR,
                "counter " + counter.id() + " is not this process's: it was freed before");
        }
        counter.close();
        release(counter.id());
    }

    /** The caller has claimed it. */
    private void release(final int id) {
        metadata.putIntRelease(
            CountersReader.metaDataOffset(id) + CountersLayout.STATE_OFFSET, CountersLayout.RECLAIMED);
        values.putLongRelease(CountersReader.counterOffset(id) + CountersLayout.OWNER_OFFSET, 0);
    }

    /** Frees those of processes that have ended. */
    void freeDead() {
        final Map<ProcessIdentity, Boolean> alive = new HashMap<>();
        for (int id = 0; id < capacity; id++) {
            final int offset = CountersReader.counterOffset(id) + CountersLayout.OWNER_OFFSET;
            final long owner = values.getLongVolatile(offset);
            // From here on it is ours: if we die as well, the next one frees it
            if (owner != 0 && !alive.computeIfAbsent(ProcLayout.process(owner), ProcessIdentity::isAlive)
                && values.compareAndSetLong(offset, owner, owner(ProcLayout.CLAIMED))) {
                release(id);
            }
        }
    }

    /** Those in use, by any process, by id. What is allocated or freed meanwhile may be missing. */
    public List<CounterStatus> list() {
        final List<CounterStatus> rows = new ArrayList<>();
        for (int id = 0; id < capacity; id++) {
            final CounterStatus row = read(id);
            if (row != null) {
                rows.add(row);
            }
        }
        return rows;
    }

    private CounterStatus read(final int id) {
        final int record = CountersReader.metaDataOffset(id);
        final int value = CountersReader.counterOffset(id);
        for (;;) {
            final long allocation = values.getLongVolatile(value + CountersLayout.ALLOCATIONS_OFFSET);
            if (metadata.getIntVolatile(record + CountersLayout.STATE_OFFSET) != CountersLayout.ALLOCATED) {
                return null;
            }
            final int length = Math.clamp(
                metadata.getInt(record + CountersLayout.LABEL_LENGTH_OFFSET), 0, CountersLayout.MAX_LABEL);
            final byte[] label = new byte[length];
            metadata.getBytes(record + CountersLayout.LABEL_OFFSET, label);
            final CounterStatus row = new CounterStatus(id, metadata.getInt(record + CountersLayout.TYPE_OFFSET),
                new String(label, StandardCharsets.US_ASCII), values.getLong(value + CountersLayout.OWNER_PID_OFFSET),
                values.getLongVolatile(value + CountersLayout.VALUE_OFFSET));
            // Still allocated, and never anything else in between: then all of it is one counter's
            if (metadata.getIntVolatile(record + CountersLayout.STATE_OFFSET) == CountersLayout.ALLOCATED
                && values.getLongVolatile(value + CountersLayout.ALLOCATIONS_OFFSET) == allocation) {
                return row;
            }
        }
    }

    /** The metadata, as agrona's {@link CountersReader} wants it. */
    public AtomicBuffer metadataBuffer() {
        return metadata;
    }

    /** The values, as agrona's {@link CountersReader} wants them. */
    public AtomicBuffer valuesBuffer() {
        return values;
    }

    private static long owner(final int state) {
        return ProcLayout.owner(ProcessIdentity.current(), state);
    }
}
