package dev.wharf.cli;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType;
import dev.wharf.core.views.SystemView;
import dev.wharf.shmem.SegmentReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A system view as a table, or as JSON. */
final class StatTable {
    /** timestamptz in the time zone UTC. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true).appendLiteral("+00").toFormatter(Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private StatTable() {
    }

    /** Null if there is no view of that name. */
    static SystemView find(String name) {
        return SystemView.ALL.stream().filter(view -> view.name().equals(name)).findFirst().orElse(null);
    }

    static List<String> names() {
        return SystemView.ALL.stream().map(SystemView::name).toList();
    }

    static String text(SystemView view, SegmentReader reader) {
        List<Column> columns = view.columns();
        List<List<String>> rows = view.rows(reader).stream()
                .map(row -> row.stream().map(value -> StatText.printable(text(value, ""))).toList()).toList();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        new TablePrinter(out, true, false).print(new TablePrinter.Table(null, columns.stream().map(Column::name).toList(),
                columns.stream().map(column -> isNumber(column.type().kind())).toList(), rows, true, List.of()));
        out.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static boolean isNumber(PgType.Kind kind) {
        return switch (kind) {
            case INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC -> true;
            default -> false;
        };
    }

    /** One object a line. */
    static String json(SystemView view, SegmentReader reader) {
        StringBuilder text = new StringBuilder();
        for (Map<String, Object> row : objects(view, reader)) {
            text.append(Json.text(row)).append('\n');
        }
        return text.toString();
    }

    /** The rows, with the columns' names. */
    static List<Map<String, Object>> objects(SystemView view, SegmentReader reader) {
        return view.rows(reader).stream().map(row -> {
            Map<String, Object> object = new LinkedHashMap<>();
            for (int c = 0; c < row.size(); c++) {
                Object value = row.get(c);
                object.put(view.columns().get(c).name(), value instanceof Instant ? text(value, null) : value);
            }
            return object;
        }).toList();
    }

    /** @param ofNull what NULL is */
    static String text(Object value, String ofNull) {
        return switch (value) {
            case null -> ofNull;
            case Instant time -> TIME.format(time);
            default -> value.toString();
        };
    }
}
