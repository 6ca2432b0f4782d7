package dev.wharf.core.copy;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.format.BatchFormatter;
import dev.wharf.core.format.BatchWriter;
import dev.wharf.core.format.BinaryFormatter;
import dev.wharf.core.format.JsonFormatter;
import dev.wharf.core.types.TextSettings;
import java.util.List;

/** Which writer of rows a format has. */
final class CopyToRows {
    private CopyToRows() {
    }

    /**
     * @param attributes indexes of the columns to write, in order
     * @param dialect    null for those formats that have none
     */
    static BatchWriter writer(CopyFormatOptions.Format format, List<Column> columns, int[] attributes, CopyDialect dialect,
                              ForceFlags force, TextSettings settings) {
        return switch (format) {
            case TEXT, CSV -> new BatchFormatter(columns, attributes, dialect, force, settings);
            case BINARY -> new BinaryFormatter(columns, attributes);
            case JSON -> new JsonFormatter(columns, attributes, false, settings);
            case JSON_ARRAY -> new JsonFormatter(columns, attributes, true, settings);
        };
    }
}
