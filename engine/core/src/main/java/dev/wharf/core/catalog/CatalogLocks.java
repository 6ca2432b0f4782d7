package dev.wharf.core.catalog;

import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.SegmentConfig.Tranche;
import java.util.List;

/** The locks in the segment that guard a data directory's files. */
public final class CatalogLocks {
    private static final String CATALOG = "Catalog";
    private static final String RELATION = "Relation";
    private static final String MANIFEST = "Manifest";
    private static final int RELATION_LOCKS = 1024;
    private static final int MANIFEST_LOCKS = 64;

    private final Segment segment;

    /** @param segment created with {@link #tranches} */
    public CatalogLocks(Segment segment) {
        this.segment = segment;
    }

    /** All CONSISTENT: what they guard is replaced by a rename. */
    public static List<Tranche> tranches() {
        return List.of(new Tranche(CATALOG, 1, OwnerDeath.CONSISTENT),
                new Tranche(RELATION, RELATION_LOCKS, OwnerDeath.CONSISTENT),
                new Tranche(MANIFEST, MANIFEST_LOCKS, OwnerDeath.CONSISTENT));
    }

    /** Guards the catalog file. */
    LWLock catalog() {
        return segment.lwLock(CATALOG, 0);
    }

    /**
     * Held shared by a COPY of the table, exclusive by DROP and TRUNCATE. Tables whose numbers are {@value #RELATION_LOCKS}
     * apart share one: they may wait for each other, no more.
     */
    LWLock relation(int oid) {
        return segment.lwLock(RELATION, oid & RELATION_LOCKS - 1);
    }

    /** Guards a table's manifest while it is read and replaced. */
    LWLock manifest(int oid) {
        return segment.lwLock(MANIFEST, oid & MANIFEST_LOCKS - 1);
    }
}
