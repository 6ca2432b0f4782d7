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

    Counters(final SegmentMap map) {
        capacity = map.counters;
        metadata = map.section(Section.COUNTERS_METADATA, capacity * CountersLayout.METADATA_LENGTH);
        values = map.section(Section.COUNTERS_VALUES, capacity * CountersLayout.VALUE_LENGTH);
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
        while (state(record) == CountersLayout.ALLOCATED) {
            final long allocation = allocations(id);
            final UnsafeBuffer text = SegmentMap.copy(metadata, record, CountersLayout.METADATA_LENGTH);
            final UnsafeBuffer value = value(id);
            // Still allocated, and never anything else in between: then all of it is one counter's
            if (text.getInt(CountersLayout.STATE_OFFSET) == CountersLayout.ALLOCATED
                && state(record) == CountersLayout.ALLOCATED && allocations(id) == allocation) {
                final byte[] label = new byte[Math.clamp(
                    text.getInt(CountersLayout.LABEL_LENGTH_OFFSET), 0, CountersLayout.MAX_LABEL)];
                text.getBytes(CountersLayout.LABEL_OFFSET, label);
                return new CounterStatus(id, text.getInt(CountersLayout.TYPE_OFFSET),
                    new String(label, StandardCharsets.US_ASCII), value.getLong(CountersLayout.OWNER_PID_OFFSET),
                    value.getLong(CountersLayout.VALUE_OFFSET));
            }
        }
        return null;
    }

    private int state(final int record) {
        return SegmentMap.copy(metadata, record, Long.BYTES).getInt(CountersLayout.STATE_OFFSET);
    }

    private long allocations(final int id) {
        return value(id).getLong(CountersLayout.ALLOCATIONS_OFFSET);
    }

    private UnsafeBuffer value(final int id) {
        return SegmentMap.copy(values, CountersReader.counterOffset(id), CountersLayout.VALUE_LENGTH);
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
