package dev.wharf.core.views;

import static dev.wharf.core.views.SystemView.column;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType.Kind;
import dev.wharf.shmem.SegmentReader;
import java.util.Arrays;
import java.util.List;

/** {@code pg_shmem_allocations}: the whole segment. What is used without a name is {@code <anonymous>}, the free has none. */
public final class PgShmemAllocations implements SystemView {
    private static final List<Column> COLUMNS = List.of(column("name", Kind.TEXT), column("off", Kind.INT8),
            column("size", Kind.INT8), column("allocated_size", Kind.INT8));

    @Override
    public String name() {
        return "pg_shmem_allocations";
    }

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public List<List<Object>> rows(SegmentReader reader) {
        return reader.allocations().stream()
                .map(row -> Arrays.<Object>asList(row.name(), row.offset(), row.size(), row.allocatedSize())).toList();
    }
}
