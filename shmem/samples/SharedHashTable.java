import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentConfig;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How often each word occurs, counted by any number of processes: a hash table in the segment, in partitions with a lock each, so
 * that two processes meet only in the same partition.
 *
 * <pre>
 *   slot:  0        8         12                64
 *         +--------+---------+-----------------+
 *         | count  | length  | word, UTF-8      |     count 0: free
 *         +--------+---------+-----------------+
 * </pre>
 *
 * The table is right after every single store: a new word is written first, and is there once its count is 1. So the locks'
 * tranche is CONSISTENT, and a process that is killed inside one leaves nothing to repair.
 */
public final class SharedHashTable {
    private static final int PARTITIONS = 16;
    private static final int SLOTS = 1024;
    private static final int LENGTH = 8;
    private static final int WORD = 12;
    private static final int SLOT_SIZE = 64;
    private static final int PARTITION_SIZE = SLOTS * SLOT_SIZE;

    private final Segment segment;
    private final Proc proc;
    private final UnsafeBuffer table;

    /** Finds the table, or makes it. */
    public SharedHashTable(final Segment segment, final Proc proc) {
        this.segment = segment;
        this.proc = proc;
        table = segment.buffer(segment.shmemInitStruct(proc, "words", PARTITIONS * PARTITION_SIZE));
    }

    /** Counts {@code word} once more. */
    public void add(final String word) {
        final byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > SLOT_SIZE - WORD) {
            throw new IllegalArgumentException("word longer than " + (SLOT_SIZE - WORD) + " bytes: " + word);
        }
        final LWLock lock = lock(word);
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            final int slot = find(word);
            final long count = table.getLong(slot);
            if (count == 0) {
                table.putInt(slot + LENGTH, bytes.length);
                table.putBytes(slot + WORD, bytes);
            }
            table.putLongRelease(slot, count + 1);
        } finally {
            lock.release(proc);
        }
    }

    /** How often {@code word} has been counted, by all processes. */
    public long count(final String word) {
        final LWLock lock = lock(word);
        lock.acquire(proc, LWLockMode.SHARED);
        try {
            return table.getLong(find(word));
        } finally {
            lock.release(proc);
        }
    }

    private LWLock lock(final String word) {
        return segment.lwLock("Words", partition(word));
    }

    private static int partition(final String word) {
        return word.hashCode() & PARTITIONS - 1;
    }

    /** Where {@code word} is, or else the free slot where it is to go. The caller has its partition's lock. */
    private int find(final String word) {
        final int first = partition(word) * PARTITION_SIZE;
        final int start = Math.floorMod(word.hashCode() / PARTITIONS, SLOTS);
        for (int i = 0; i < SLOTS; i++) {
            final int slot = first + (start + i) % SLOTS * SLOT_SIZE;
            if (table.getLong(slot) == 0
                || table.getStringWithoutLengthUtf8(slot + WORD, table.getInt(slot + LENGTH)).equals(word)) {
                return slot;
            }
        }
        throw new IllegalStateException("the partition is full: partition=" + partition(word));
    }

    /** Counts the words of a text. Arguments: the segment's file, the text, a word whose count is printed. */
    public static void main(final String[] args) throws IOException {
        final Segment segment = Segment.open(Path.of(args[0]),
            new SegmentConfig(4 << 20, List.of(new Tranche("Words", PARTITIONS, OwnerDeath.CONSISTENT)), 64));
        try (segment; Proc proc = segment.attachProc("words")) {
            final SharedHashTable words = new SharedHashTable(segment, proc);
            for (final String word : Files.readString(Path.of(args[1])).split("\\W+")) {
                words.add(word);
            }
            IO.println(args[2] + ": " + words.count(args[2]));
            IO.readln("return ends this process: ");
        }
    }
}
