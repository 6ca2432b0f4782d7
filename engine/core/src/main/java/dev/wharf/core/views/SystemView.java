package dev.wharf.core.views;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType;
import dev.wharf.shmem.SegmentReader;
import java.util.List;

/** A view of a segment: named and typed columns, and rows, read anew at each call. It takes no lock. */
public sealed interface SystemView permits PgShmemAllocations, PgStatActivity, PgStatLWLock, PgStatProgressCopy, PgWaitEvents {
    /** All of them, by name. */
    List<SystemView> ALL = List.of(new PgShmemAllocations(), new PgStatActivity(), new PgStatLWLock(), new PgStatProgressCopy(),
            new PgWaitEvents());

    /** In lower case. */
    String name();

    List<Column> columns();

    /** A value for each column: an Integer, Long, Double, String or, for a timestamp, an Instant; null for NULL. */
    List<List<Object>> rows(SegmentReader reader);

    static Column column(String name, PgType.Kind type) {
        return new Column(name, PgType.of(type), false);
    }
}
