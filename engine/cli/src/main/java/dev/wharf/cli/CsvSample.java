package dev.wharf.cli;

import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.source.OpenedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The whole rows at a CSV file's beginning, split by COPY's rules: a quote toggles wherever it stands, a doubled one inside
 * is data, a newline inside is data.
 *
 * @param delimiter  found, or given
 * @param candidates what was tried to find it; none where it was given
 * @param rows       fields in order; the last row is left out where the sample ends within it
 * @param text       what was looked at
 * @param whole      whether the sample is the whole file
 */
record CsvSample(char delimiter, List<Candidate> candidates, List<List<Field>> rows, String text, boolean whole) {
    /** What is looked at at first; more only where that holds few rows. */
    private static final int SAMPLE_BYTES = 10 << 20;
    private static final int MAX_SAMPLE_BYTES = 80 << 20;
    private static final int ENOUGH_ROWS = 20_000;
    private static final char[] DELIMITERS = {',', ';', '\t', '|'};
    private static final int DELIMITER_ROWS = 1000;
    private static final double SAME_WIDTH = 0.9;

    /** @param quoted whether any of it was in quotes: then an empty one is no NULL */
    record Field(String text, boolean quoted) {
        boolean isNull() {
            return text.isEmpty() && !quoted;
        }
    }

    /**
     * A delimiter that was tried.
     *
     * @param width fields of most rows
     * @param share of the rows that have as many
     */
    record Candidate(char delimiter, int width, double share) {
        private boolean beats(Candidate other) {
            return width > 1 && share >= SAME_WIDTH && (share > other.share || share == other.share && width > other.width);
        }
    }

    /** @param given the delimiter, or null to find it */
    static CsvSample read(Path file, Character given) throws IOException {
        int size = SAMPLE_BYTES;
        while (true) {
            ByteBuffer bytes = ByteBuffer.allocate(size);
            boolean whole = read(file, bytes);
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            CsvSample sample = of(text, whole, given);
            if (whole || sample.rows.size() >= ENOUGH_ROWS || size >= MAX_SAMPLE_BYTES) {
                return sample;
            }
            size *= 2;
        }
    }

    /** Fills {@code bytes} with the beginning of what COPY would load; whether that is all. */
    private static boolean read(Path file, ByteBuffer bytes) throws IOException {
        try (OpenedInput input = OpenedInput.open(new CopyInput.NamedFile(file), PgEncoding.UTF8, false);
                FileChannel channel = input.file() == null ? null : FileChannel.open(file, StandardOpenOption.READ)) {
            boolean more = true;
            while (more && bytes.hasRemaining()) {
                more = (channel != null ? channel.read(bytes) : input.stream().read(bytes)) >= 0;
            }
            return channel != null ? channel.position() >= channel.size() : !more;
        }
    }

    static CsvSample of(String text, boolean whole, Character given) {
        List<Candidate> candidates = given == null ? candidates(text, whole) : List.of();
        char delimiter = given == null ? best(candidates) : given;
        return new CsvSample(delimiter, candidates, split(text, delimiter, whole, Integer.MAX_VALUE), text, whole);
    }

    /** The first row's fields. */
    List<String> names() {
        return rows.getFirst().stream().map(Field::text).toList();
    }

    int width() {
        return rows.isEmpty() ? 0 : rows.getFirst().size();
    }

    private static List<Candidate> candidates(String text, boolean whole) {
        List<Candidate> candidates = new ArrayList<>();
        for (char delimiter : DELIMITERS) {
            int[] widths = split(text, delimiter, whole, DELIMITER_ROWS).stream().mapToInt(List::size).sorted().toArray();
            if (widths.length > 0) {
                int width = widths[widths.length / 2];
                candidates.add(new Candidate(delimiter, width,
                        (double) Arrays.stream(widths).filter(w -> w == width).count() / widths.length));
            }
        }
        return candidates;
    }

    /** The one that cuts (nearly) all rows into the same number of fields, more than one; of several the one into most. */
    private static char best(List<Candidate> candidates) {
        Candidate best = new Candidate(DELIMITERS[0], 1, 0);
        for (Candidate candidate : candidates) {
            if (candidate.beats(best)) {
                best = candidate;
            }
        }
        return best.delimiter;
    }

    private static List<List<Field>> split(String text, char delimiter, boolean whole, int most) {
        List<List<Field>> rows = new ArrayList<>();
        List<Field> row = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean inQuotes = false;
        boolean quoted = false;
        int n = text.length();
        for (int i = 0; i < n && rows.size() < most; i++) {
            char c = text.charAt(i);
            if (c == '"') {
                if (inQuotes && i + 1 < n && text.charAt(i + 1) == '"') {
                    field.append('"');
                    i++;
                } else {
                    inQuotes = !inQuotes;
                    quoted = true;
                }
            } else if (inQuotes) {
                field.append(c);
            } else if (c == delimiter || c == '\n' || c == '\r') {
                row.add(new Field(field.toString(), quoted));
                field.setLength(0);
                quoted = false;
                if (c != delimiter) {
                    rows.add(row);
                    row = new ArrayList<>();
                    if (c == '\r' && i + 1 < n && text.charAt(i + 1) == '\n') {
                        i++;
                    }
                }
            } else {
                field.append(c);
            }
        }
        boolean begun = !field.isEmpty() || quoted || !row.isEmpty();
        if (whole && begun && !inQuotes && rows.size() < most) {
            row.add(new Field(field.toString(), quoted));
            rows.add(row);
        }
        return rows;
    }
}
