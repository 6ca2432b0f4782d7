package dev.wharf.bench.formats;

import dev.wharf.bench.data.DataFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Lineitem's CSV in other forms; text and binary are made by a product's COPY TO. */
final class FormFiles {
    static final int BAD_ROW_EVERY = 100;
    private static final int BUFFER = 1 << 20;
    private static final int LATIN1_E_ACUTE = 0xE9;

    private FormFiles() {
    }

    /** @throws IllegalArgumentException for a form that is not made of the CSV's bytes */
    static void make(Form form, DataFile data, Path file) throws IOException {
        switch (form) {
            case GZIP -> {
                try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file), BUFFER)) {
                    Files.copy(data.path(), out);
                }
            }
            case BAD_ROWS -> rewrite(data.path(), file, (row, column, b) -> column == 0 && isBad(row) ? 'x' : b);
            // The fields that have it are the comments
            case LATIN1 -> rewrite(data.path(), file, (row, column, b) -> row > 0 && b == 'e' ? LATIN1_E_ACUTE : b);
            default -> throw new IllegalArgumentException(form.name());
        }
    }

    static long badRows(long rows) {
        return rows / BAD_ROW_EVERY;
    }

    /** @param row from 1; 0 is the header */
    private static boolean isBad(long row) {
        return row > 0 && row % BAD_ROW_EVERY == 0;
    }

    private interface Rewriting {
        int at(long row, long column, int b);
    }

    /** For rows without quotes. */
    private static void rewrite(Path from, Path to, Rewriting rewriting) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(from), BUFFER);
             OutputStream out = new BufferedOutputStream(Files.newOutputStream(to), BUFFER)) {
            long row = 0;
            long column = 0;
            for (int b = in.read(); b >= 0; b = in.read()) {
                out.write(rewriting.at(row, column, b));
                column++;
                if (b == '\n') {
                    row++;
                    column = 0;
                }
            }
        }
    }
}
