package dev.wharf.core.views;

import static dev.wharf.core.views.SystemView.column;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.copy.StatProgressCopy;
import dev.wharf.core.types.PgType.Kind;
import dev.wharf.shmem.SegmentReader;
import java.util.Arrays;
import java.util.List;

/** {@code pg_stat_progress_copy}. There is one database, without a number or a name. */
public final class PgStatProgressCopy implements SystemView {
    private static final List<Column> COLUMNS = List.of(column("pid", Kind.INT4), column("datid", Kind.INT8),
            column("datname", Kind.TEXT), column("relid", Kind.INT8), column("command", Kind.TEXT), column("type", Kind.TEXT),
            column("bytes_processed", Kind.INT8), column("bytes_total", Kind.INT8), column("tuples_processed", Kind.INT8),
            column("tuples_excluded", Kind.INT8), column("tuples_skipped", Kind.INT8));

    @Override
    public String name() {
        return "pg_stat_progress_copy";
    }

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public List<List<Object>> rows(SegmentReader reader) {
        return StatProgressCopy.list(reader).stream()
                .map(row -> Arrays.<Object>asList((int) row.pid(), null, null, (long) row.relid(), row.command().words(),
                        row.type().name(), row.bytesProcessed(), row.bytesTotal(), row.tuplesProcessed(), row.tuplesExcluded(),
                        row.tuplesSkipped()))
                .toList();
    }
}
