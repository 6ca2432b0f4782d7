package dev.wharf.nativetests.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.copy.CopyTuning;
import dev.wharf.core.types.PgType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same with Node's apache-arrow, which shares no code with Arrow Java. Needs node, npm and its registry. */
@Tag("peers")
class NodeArrowTest {
    private static final String PACKAGE = "apache-arrow@21.2.0";
    private static final int ROWS = 3_000;

    @TempDir
    private Path directory;

    @Test
    void sameValuesAsPostgres() throws Exception {
        Path node = installedNode();
        List<Column> columns = AllTypes.columns();
        byte[] csv = AllTypes.csv(ROWS);
        PostgresRows.Result expected = PostgresRows.load(columns, csv);
        WharfTable table = WharfTable.load(directory.resolve("data"), columns, csv, new CopyTuning(1, 0, 40_000, true, 0), 1);
        List<String> lines = Files.readAllLines(run(node, table));
        assertEquals(schema(columns, expected.types()), lines.getFirst());
        PostgresRows.assertSame(columns, expected.rows(), lines.stream().skip(1).map(JsonRow::parse).toList());
    }

    /** A directory with apache-arrow in its node_modules. */
    private Path installedNode() throws Exception {
        Path home = Files.createDirectory(directory.resolve("node"));
        String why = !succeeds(home, "node", "--version") ? "node is not installed"
                : !succeeds(home, "npm", "--version") ? "npm is not installed"
                : !succeeds(home, "npm", "install", "--no-audit", "--no-fund", "--prefix", ".", PACKAGE)
                        ? "npm could not install " + PACKAGE : null;
        Assumptions.assumeTrue(why == null, () -> "Node's apache-arrow not compared with: " + why);
        return home;
    }

    private static boolean succeeds(Path home, String... command) throws InterruptedException {
        try {
            return process(home, home.resolve("out"), command).waitFor() == 0;
        } catch (IOException e) {
            // No such program.
            return false;
        }
    }

    private static Process process(Path home, Path out, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile()).redirectOutput(out.toFile())
                .redirectError(home.resolve("err").toFile());
        builder.environment().put("npm_config_cache", home.resolve("cache").toString());
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private Path run(Path home, WharfTable table) throws IOException, InterruptedException {
        try (InputStream script = NodeArrowTest.class.getResourceAsStream("rows.mjs")) {
            Files.copy(script, home.resolve("rows.mjs"));
        }
        Files.writeString(home.resolve("plan.json"), plan(table));
        Path out = home.resolve("rows");
        int exit = process(home, out, "node", "rows.mjs", "plan.json").waitFor();
        assertEquals(0, exit, () -> "rows.mjs failed: " + read(home.resolve("err")));
        return out;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String plan(WharfTable table) {
        List<String> files = new ArrayList<>();
        int[] seen = new int[table.manifest().files().size()];
        for (int i = 0; i < seen.length; i++) {
            files.add('"' + table.file(i).toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        }
        List<int[]> batches = new ArrayList<>();
        for (Manifest.Batch batch : table.manifest().batches()) {
            batches.add(new int[] {batch.file(), seen[batch.file()]++});
        }
        return "{\"files\": " + files + ", \"batches\": " + batches.stream().map(Arrays::toString).toList() + "}";
    }

    private static String schema(List<Column> columns, List<String> postgresTypes) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            fields.add("[\"" + columns.get(i).name() + "\",\"" + typeName(columns.get(i).type()) + "\",{\"pg.type\":\""
                    + postgresTypes.get(i) + "\"}]");
        }
        return "[" + String.join(",", fields) + "]";
    }

    private static String typeName(PgType type) {
        return switch (type.kind()) {
            case BOOL -> "Bool";
            case INT2 -> "Int16";
            case INT4 -> "Int32";
            case INT8 -> "Int64";
            case FLOAT4 -> "Float32";
            case FLOAT8 -> "Float64";
            case NUMERIC -> type.precision() >= 1 && type.precision() <= 38
                    ? "Decimal[" + type.precision() + "e" + (type.scale() > 0 ? "+" : "") + type.scale() + "]" : "Utf8";
            case TEXT, VARCHAR, CHAR, JSON, JSONB, ARRAY -> "Utf8";
            case BYTEA -> "Binary";
            case DATE -> "Date32<DAY>";
            case TIME -> "Time64<MICROSECOND>";
            case TIMESTAMP -> "Timestamp<MICROSECOND>";
            case TIMESTAMPTZ -> "Timestamp<MICROSECOND, UTC>";
            case UUID, INTERVAL -> "FixedSizeBinary[16]";
        };
    }
}
