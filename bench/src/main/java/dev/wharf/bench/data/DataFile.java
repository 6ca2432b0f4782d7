package dev.wharf.bench.data;

import java.nio.file.Path;
import java.util.List;

/**
 * A data set on disk: the CSV with a header line, and the same rows in two halves, each with a header line, cut
 * between two rows.
 *
 * @param scale       what {@link DataSet} was asked for
 * @param fingerprint of {@code path}
 */
public record DataFile(DataSet set, double scale, Path path, List<Path> halves, long rows, Fingerprint fingerprint) {
    /** Size of {@code path}. */
    public long bytes() {
        return fingerprint.bytes();
    }
}
