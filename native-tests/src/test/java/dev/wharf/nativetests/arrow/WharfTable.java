package dev.wharf.nativetests.arrow;

import dev.wharf.core.DataDirectory;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.copy.CopyFormatOptions;
import dev.wharf.core.copy.CopyProgress;
import dev.wharf.core.copy.CopyResult;
import dev.wharf.core.copy.CopyTuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table that Wharf has loaded, and let go of: its files are all that is left.
 *
 * @param directory the table's, which the manifest's paths are relative to
 * @param loads     what each COPY said
 */
record WharfTable(Path directory, Manifest manifest, List<CopyResult> loads) {
    /** Makes a table in a new data directory {@code data} and copies {@code csv} into it {@code times} times. */
    static WharfTable load(Path data, List<Column> columns, byte[] csv, CopyTuning tuning, int times) throws IOException {
        DataDirectory.init(data);
        Path file = data.resolveSibling(data.getFileName() + ".csv");
        Files.write(file, csv);
        try (DataDirectory directory = DataDirectory.open(data)) {
            Relation relation = directory.catalog().create("t", columns, false);
            if (tuning.workers() > 0) {
                directory.startWorkers(tuning.workers());
            }
            int[] all = IntStream.range(0, columns.size()).toArray();
            List<CopyResult> loads = IntStream.range(0, times).mapToObj(i -> directory.copyFrom(relation, all, file,
                    CopyFormatOptions.CSV, tuning, new CopyProgress(), (message, context) -> { })).toList();
            Path table = data.resolve("base").resolve(Integer.toString(relation.oid()));
            Path manifest = table.resolve("manifest");
            return new WharfTable(table, Manifest.decode(Files.readAllBytes(manifest), manifest.toString()), loads);
        }
    }

    Path file(int number) {
        return directory.resolve(manifest.files().get(number).path());
    }

    /** The batches of one file, in the manifest's order. */
    List<Manifest.Batch> batches(int number) {
        return manifest.batches().stream().filter(b -> b.file() == number).toList();
    }
}
