package dev.wharf.core.views;

import static dev.wharf.core.views.SystemView.column;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType.Kind;
import dev.wharf.shmem.LWLockStats;
import dev.wharf.shmem.LWLockStatus;
import dev.wharf.shmem.SegmentReader;
import java.util.Arrays;
import java.util.List;

/** {@code pg_stat_lwlock}: what has happened to each lock that anything has happened to. PostgreSQL has no such view. */
public final class PgStatLWLock implements SystemView {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final List<Column> COLUMNS = List.of(column("tranche", Kind.TEXT), column("lock", Kind.INT4),
            column("algorithm", Kind.TEXT), column("shared_acquires", Kind.INT8), column("exclusive_acquires", Kind.INT8),
            column("shared_waits", Kind.INT8), column("exclusive_waits", Kind.INT8), column("until_free_waits", Kind.INT8),
            column("spin_delays", Kind.INT8), column("self_dequeues", Kind.INT8), column("futex_sleeps", Kind.INT8),
            column("futex_wakes", Kind.INT8), column("wait_time", Kind.FLOAT8));

    @Override
    public String name() {
        return "pg_stat_lwlock";
    }

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public List<List<Object>> rows(SegmentReader reader) {
        return reader.locks(reader.procs(), true).stream().filter(lock -> !lock.stats().equals(LWLockStats.NONE))
                .map(PgStatLWLock::row).toList();
    }

    private static List<Object> row(LWLockStatus lock) {
        LWLockStats stats = lock.stats();
        return Arrays.asList(lock.tranche(), lock.index(), lock.algorithm() == null ? null : lock.algorithm().name(),
                stats.sharedAcquires(), stats.exclusiveAcquires(), stats.sharedWaits(), stats.exclusiveWaits(),
                stats.untilFreeWaits(), stats.spinDelays(), stats.selfDequeues(), stats.futexSleeps(), stats.futexWakes(),
                stats.waitNanos() / NANOS_PER_MILLI);
    }
}
