package dev.wharf.cli;

import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.source.OpenedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The whole rows at a CSV file's beginning.
 *
 * @param inferred how they are cut, and why
 * @param rows     fields in order; the last row is left out where the sample ends within it
 * @param open     where a quote is that is not closed, -1 if there is none
 * @param text     what was looked at
 * @param bytes    of the file that this is, unpacked
 * @param whole    whether the sample is the whole file
 * @param encoding what it is if it is not UTF-8, null if it is, or was made so
 */
record CsvSample(DialectInference inferred, List<List<CsvRows.Field>> rows, int open, String text, int bytes, boolean whole,
                 SampleEncoding encoding) {
    /** What is looked at at first; more only where that holds few rows. */
    private static final int SAMPLE_BYTES = 10 << 20;
    private static final int MAX_SAMPLE_BYTES = 80 << 20;
    private static final int ENOUGH_ROWS = 20_000;

    static CsvSample read(LoadInput input, Dialect.Given given, PgEncoding encoding) throws IOException {
        int size = SAMPLE_BYTES;
        while (true) {
            ByteBuffer bytes = ByteBuffer.allocate(size);
            boolean whole = read(input, encoding, bytes);
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            SampleEncoding other = encoding.isConverted() ? null
                    : SampleEncoding.of(bytes.array(), bytes.position(), whole, text);
            CsvSample sample = of(text, bytes.position(), whole, given, other);
            if (whole || sample.rows.size() >= ENOUGH_ROWS || size >= MAX_SAMPLE_BYTES || other != null) {
                return sample;
            }
            size *= 2;
        }
    }

    /** Fills {@code bytes} with the beginning of what COPY would load; whether that is all. */
    private static boolean read(LoadInput from, PgEncoding encoding, ByteBuffer bytes) throws IOException {
        try (OpenedInput input = OpenedInput.open(from.sample(), encoding, false);
                FileChannel channel = input.file() == null ? null : FileChannel.open(input.file(), StandardOpenOption.READ)) {
            boolean more = true;
            while (more && bytes.hasRemaining()) {
                more = (channel != null ? channel.read(bytes) : input.stream().read(bytes)) >= 0;
            }
            return channel != null ? !more || channel.position() >= channel.size() : !more;
        }
    }

    static CsvSample of(String text, boolean whole, Dialect.Given given) {
        return of(text, 0, whole, given, null);
    }

    private static CsvSample of(String text, int bytes, boolean whole, Dialect.Given given, SampleEncoding encoding) {
        DialectInference inferred = DialectInference.of(text, whole, given);
        CsvRows cut = CsvRows.of(text, inferred.start(), inferred.dialect(), whole, Integer.MAX_VALUE);
        boolean unclosed = cut.open() >= 0 && (whole || text.length() - cut.open() >= QuoteScan.FAR);
        return new CsvSample(inferred, cut.rows(), unclosed ? cut.open() : -1, text, bytes, whole, encoding);
    }

    Dialect dialect() {
        return inferred.dialect();
    }

    /** The first row's fields. */
    List<String> names() {
        return rows.getFirst().stream().map(CsvRows.Field::text).toList();
    }

    /** The same, a byte order mark left out. */
    List<String> plainNames() {
        List<String> names = new ArrayList<>(names());
        names.set(0, isMarked() ? names.getFirst().substring(1) : names.getFirst());
        return names;
    }

    int width() {
        return rows.isEmpty() ? 0 : rows.getFirst().size();
    }

    /** Whether the first row begins with a byte order mark, which COPY takes for a character like any other. */
    boolean isMarked() {
        return inferred.start() == 0 && text.startsWith("\ufeff");
    }

    /** COPY's HEADER option; null if it needs none. @param match whether the names are to be the columns' */
    String header(boolean names, boolean match) {
        int lines = inferred.skip() + (names ? 1 : 0);
        return lines == 0 ? null : lines > 1 ? "HEADER " + lines : match ? "HEADER MATCH" : "HEADER";
    }
}
