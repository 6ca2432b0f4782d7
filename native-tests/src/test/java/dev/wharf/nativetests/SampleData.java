package dev.wharf.nativetests;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** CSV in the form that COPY TO writes, so that what comes out can be compared with what went in, byte for byte. */
final class SampleData {
    static final String COLUMNS = "(source int, id bigint not null, word text, amount numeric(12,2), day date, flag boolean)";

    private SampleData() {
    }

    /** Writes rows until there are {@code bytes}, and returns their number. The first column is {@code source} in each. */
    static long write(Path file, int source, long bytes) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            return write(out, source, bytes);
        }
    }

    static long write(OutputStream out, int source, long bytes) throws IOException {
        StringBuilder row = new StringBuilder();
        long written = 0;
        long rows = 0;
        while (written < bytes) {
            row.setLength(0);
            row.append(source).append(',').append(rows).append(',');
            switch ((int) (rows % 11)) {
                case 3 -> row.append("\"a, \"\"quoted\"\" word\"");
                case 5 -> row.append("\"two\nlines\"");
                case 7 -> row.append("\"\"");
                case 9 -> {
                }
                default -> row.append("word ").append(rows * 31 % 1009);
            }
            row.append(',').append(rows * 7919 % 1000003).append('.').append((char) ('0' + rows % 10)).append('5').append(',');
            row.append("20").append((char) ('0' + rows % 3)).append((char) ('0' + rows % 7)).append("-1").append((char) ('0'
                    + rows % 3)).append("-2").append((char) ('0' + rows % 9)).append(',').append(rows % 2 == 0 ? 't' : 'f');
            row.append('\n');
            byte[] line = row.toString().getBytes(StandardCharsets.US_ASCII);
            out.write(line);
            written += line.length;
            rows++;
        }
        return rows;
    }

    /** A literal of SQL. */
    static String quote(Path file) {
        return "'" + file.toString().replace("'", "''") + "'";
    }

    /** COPY FROM, in CSV. */
    static String copyFrom(String table, Path file) {
        return "COPY " + table + " FROM " + quote(file) + " (FORMAT csv)";
    }

    /** COPY TO, in CSV. */
    static String copyTo(String table, Path file) {
        return "COPY " + table + " TO " + quote(file) + " (FORMAT csv)";
    }

    /** Settings under which a file of any size is loaded by {@code workers} processes beside the leader, in small tasks. */
    static String parallel(int workers, int taskBytes) {
        return "SET max_parallel_copy_workers = " + workers + "; SET min_parallel_copy_size = 0; "
                + "SET parallel_setup_time = 0; SET copy_task_size = "
                + taskBytes;
    }
}
