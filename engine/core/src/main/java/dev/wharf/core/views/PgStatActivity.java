package dev.wharf.core.views;

import static dev.wharf.core.views.SystemView.column;

import dev.wharf.core.activity.BackendActivity;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType.Kind;
import dev.wharf.shmem.ProcStatus;
import dev.wharf.shmem.SegmentReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code pg_stat_activity}: a row for each slot of the proc table whose process lives. There are no databases, users, clients
 * and transactions yet: NULL. A process may have several slots; threads that only supervise tell no more than what they wait for.
 */
public final class PgStatActivity implements SystemView {
    private static final List<Column> COLUMNS = List.of(column("datid", Kind.INT8), column("datname", Kind.TEXT),
            column("pid", Kind.INT4), column("leader_pid", Kind.INT4), column("usename", Kind.TEXT),
            column("application_name", Kind.TEXT), column("client_addr", Kind.TEXT), column("client_port", Kind.INT4),
            column("backend_start", Kind.TIMESTAMPTZ), column("xact_start", Kind.TIMESTAMPTZ),
            column("query_start", Kind.TIMESTAMPTZ), column("state_change", Kind.TIMESTAMPTZ),
            column("wait_event_type", Kind.TEXT), column("wait_event", Kind.TEXT), column("state", Kind.TEXT),
            column("query", Kind.TEXT), column("backend_type", Kind.TEXT));
    private static final BackendActivity UNTOLD = new BackendActivity(null, null, null, null, null, null, null);

    @Override
    public String name() {
        return "pg_stat_activity";
    }

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public List<List<Object>> rows(SegmentReader reader) {
        List<List<Object>> rows = new ArrayList<>();
        for (ProcStatus proc : reader.procs()) {
            if (proc.state() != ProcStatus.State.DEAD) {
                BackendActivity told = BackendActivity.read(reader, proc.procNumber(), proc.pid());
                rows.add(row(proc, told == null ? UNTOLD : told));
            }
        }
        return rows;
    }

    private static List<Object> row(ProcStatus proc, BackendActivity told) {
        Integer leader = told.leaderPid() == null ? null : (Integer) told.leaderPid().intValue();
        return Arrays.asList(null, null, (int) proc.pid(), leader, null, told.applicationName(), null, null,
                told.backendStart(), null, told.queryStart(), told.stateChange(), proc.waitEventType(), proc.waitEvent(),
                told.state(), told.query(), proc.backendType());
    }
}
