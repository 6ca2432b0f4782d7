package dev.wharf.core.views;

import static dev.wharf.core.views.SystemView.column;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType.Kind;
import dev.wharf.shmem.LWLockStatus;
import dev.wharf.shmem.SegmentReader;
import dev.wharf.shmem.WaitEvent;
import java.util.ArrayList;
import java.util.List;

/** {@code pg_wait_events}: what a process can wait for: events that are built in, and the segment's tranches. */
public final class PgWaitEvents implements SystemView {
    private static final List<Column> COLUMNS =
            List.of(column("type", Kind.TEXT), column("name", Kind.TEXT), column("description", Kind.TEXT));

    @Override
    public String name() {
        return "pg_wait_events";
    }

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public List<List<Object>> rows(SegmentReader reader) {
        List<List<Object>> rows = new ArrayList<>();
        for (WaitEvent event : WaitEvent.values()) {
            rows.add(List.of(event.type().label(), event.label(), event.description()));
        }
        for (String tranche : LWLockStatus.byTranche(reader.locks(reader.procs(), true)).keySet()) {
            rows.add(List.of(WaitEvent.Type.LWLOCK.label(), tranche,
                    "Waiting for a lightweight lock of the tranche \"" + tranche + "\"."));
        }
        return rows;
    }
}
