package dev.wharf.shmem;

import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads the tranches of a segment, from records that may have been altered: whoever relies on them gets an error then. */
final class TrancheTable {
    private TrancheTable() {
    }

    /**
     * Those that the segment was created with, by id: they share out all its locks, in their order.
     *
     * @param count how many, by its header
     * @param locks of them all, by its header
     */
    static List<Tranche> created(final Path file, final UnsafeBuffer records, final int count, final int locks) {
        final List<Tranche> tranches = new ArrayList<>();
        final Set<String> names = new HashSet<>();
        long next = 0;
        for (int id = 0; id < count; id++) {
            final Tranche tranche = read(file, records, id);
            if (firstLock(records, id) != next || !names.add(tranche.name())) {
                throw altered(file, records, id);
            }
            tranches.add(tranche);
            next += tranche.locks();
        }
        final int builtIn = Segment.BUILT_IN_TRANCHES.size();
        if (next != locks || count < builtIn || !tranches.subList(0, builtIn).equals(Segment.BUILT_IN_TRANCHES)) {
            throw new ShmemException(ShmemException.DATA_CORRUPTED, "segment \"" + file + "\" was altered: its " + count
                + " tranches have " + next + " locks of " + locks + ", and the names " + names);
        }
        return tranches;
    }

    /** That of a record in use. */
    static Tranche read(final Path file, final UnsafeBuffer records, final int id) {
        final int record = id * TrancheLayout.LENGTH;
        final String name = name(records, id);
        final int locks = records.getInt(record + TrancheLayout.LOCK_COUNT_OFFSET);
        final int ownerDeath = records.getInt(record + TrancheLayout.OWNER_DEATH_OFFSET);
        final int algorithm = records.getInt(record + TrancheLayout.ALGORITHM_OFFSET);
        // What is not UTF-8 becomes longer than it was
        final int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (name.isEmpty() || length > SegmentConfig.MAX_TRANCHE_NAME || locks < 1
            || ownerDeath < 0 || ownerDeath >= OwnerDeath.values().length
            || algorithm < 0 || algorithm >= LWLockAlgorithm.values().length) {
            throw altered(file, records, id);
        }
        return new Tranche(name, locks, OwnerDeath.values()[ownerDeath], LWLockAlgorithm.values()[algorithm]);
    }

    private static String name(final UnsafeBuffer records, final int id) {
        return Segment.text(records, id * TrancheLayout.LENGTH + TrancheLayout.NAME_OFFSET, TrancheLayout.NAME_LENGTH);
    }

    private static int firstLock(final UnsafeBuffer records, final int id) {
        return records.getInt(id * TrancheLayout.LENGTH + TrancheLayout.FIRST_LOCK_OFFSET);
    }

    private static ShmemException altered(final Path file, final UnsafeBuffer records, final int id) {
        final int record = id * TrancheLayout.LENGTH;
        return new ShmemException(ShmemException.DATA_CORRUPTED, "segment \"" + file + "\" was altered: tranche " + id
            + " has name \"" + name(records, id) + "\", first lock " + firstLock(records, id) + ", "
            + records.getInt(record + TrancheLayout.LOCK_COUNT_OFFSET) + " locks, owner death "
            + records.getInt(record + TrancheLayout.OWNER_DEATH_OFFSET) + ", algorithm "
            + records.getInt(record + TrancheLayout.ALGORITHM_OFFSET));
    }
}
