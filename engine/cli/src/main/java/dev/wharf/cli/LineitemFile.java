package dev.wharf.cli;

import io.trino.tpch.Distributions;
import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import io.trino.tpch.TextPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * TPC-H's lineitem as a CSV file with a header, as PostgreSQL writes it: the first rows that fit into a given size. The same
 * size gives the same bytes, on any machine. Comments come from a smaller text pool than dbgen's 300 MB, which takes longer
 * to make than the rows.
 */
final class LineitemFile {
    static final String CREATE_TABLE = """
            CREATE TABLE lineitem (
                l_orderkey      bigint NOT NULL,
                l_partkey       bigint NOT NULL,
                l_suppkey       integer NOT NULL,
                l_linenumber    smallint NOT NULL,
                l_quantity      numeric(15,2) NOT NULL,
                l_extendedprice numeric(15,2) NOT NULL,
                l_discount      numeric(15,2) NOT NULL,
                l_tax           numeric(15,2) NOT NULL,
                l_returnflag    char(1) NOT NULL,
                l_linestatus    char(1) NOT NULL,
                l_shipdate      date NOT NULL,
                l_commitdate    date NOT NULL,
                l_receiptdate   date NOT NULL,
                l_shipinstruct  char(25) NOT NULL,
                l_shipmode      char(10) NOT NULL,
                l_comment       varchar(44) NOT NULL
            )""";
    private static final String HEADER = "l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,"
            + "l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment\n";
    private static final int MAX_ROW_BYTES = 256;
    private static final int TEXT_POOL_BYTES = 8 << 20;
    /** A little less than a scale factor of 1 gives, so that the rows do not run out before the size is reached. */
    private static final long BYTES_PER_SCALE = 700_000_000;
    private static final long PART_BYTES = 8 << 20;
    private static final int FIRST_DAY = (int) LocalDate.of(1992, 1, 1).toEpochDay();
    private static final byte[][] DAYS = days();

    private final Distributions distributions = Distributions.getDefaultDistributions();
    private final TextPool textPool = new TextPool(TEXT_POOL_BYTES, distributions);
    private final double scale;
    private final int parts;

    private LineitemFile(long size) {
        scale = Math.max(0.001, (double) size / BYTES_PER_SCALE);
        parts = Math.clamp(size / PART_BYTES, 1, 100_000);
    }

    /** Whether a file of this length is what {@link #write} makes for this size. */
    static boolean matches(long length, long size) {
        return length <= size && length > size - MAX_ROW_BYTES;
    }

    /**
     * Writes the file, under another name until it is whole.
     *
     * @param size    bytes that it may have; it has at most a row less
     * @param written told of the bytes written so far
     */
    static void write(Path file, long size, int threads, LongConsumer written) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            new LineitemFile(size).writeParts(partial, size, threads, written);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** Parts are made by all threads, at most two a thread ahead, and written in order. */
    private void writeParts(Path file, long size, int threads, LongConsumer written) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
                ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            ArrayDeque<Future<ByteBuffer>> ahead = new ArrayDeque<>();
            try {
                long room = size - write(channel, ByteBuffer.wrap(HEADER.getBytes(StandardCharsets.US_ASCII)));
                int next = 1;
                boolean full = false;
                while (!full && (next <= parts || !ahead.isEmpty())) {
                    while (next <= parts && ahead.size() < 2 * threads) {
                        int part = next++;
                        ahead.add(pool.submit(() -> part(part)));
                    }
                    ByteBuffer rows = ahead.remove().get();
                    if (rows.remaining() > room) {
                        cutToWholeRows(rows, (int) room);
                        full = true;
                    }
                    room -= write(channel, rows);
                    written.accept(size - room);
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("could not generate rows", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException();
            } finally {
                ahead.forEach(future -> future.cancel(true));
            }
        }
    }

    private static void cutToWholeRows(ByteBuffer rows, int room) {
        int end = rows.position() + room;
        while (end > rows.position() && rows.get(end - 1) != '\n') {
            end--;
        }
        rows.limit(end);
    }

    private static int write(FileChannel channel, ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return length;
    }

    private ByteBuffer part(int part) {
        Row row = new Row((int) (PART_BYTES + PART_BYTES / 4));
        for (LineItem item : new LineItemGenerator(scale, part, parts, distributions, () -> textPool)) {
            row.begin();
            row.number(item.orderKey()).number(item.partKey()).number(item.supplierKey()).number(item.lineNumber());
            row.hundredths(item.quantity() * 100).hundredths(item.extendedPriceInCents())
                    .hundredths(item.discountPercent()).hundredths(item.taxPercent());
            row.text(item.returnFlag()).text(item.status());
            row.day(item.shipDate()).day(item.commitDate()).day(item.receiptDate());
            row.padded(item.shipInstructions(), 25).padded(item.shipMode(), 10).quoted(item.comment());
            row.end();
        }
        return row.bytes();
    }

    private static byte[][] days() {
        byte[][] days = new byte[8 * 366][];
        for (int i = 0; i < days.length; i++) {
            days[i] = LocalDate.ofEpochDay(FIRST_DAY + i).toString().getBytes(StandardCharsets.US_ASCII);
        }
        return days;
    }

    /** Fields into a growing buffer, each followed by its delimiter. */
    private static final class Row {
        private byte[] buffer;
        private int length;

        Row(int capacity) {
            buffer = new byte[capacity];
        }

        void begin() {
            if (buffer.length - length < MAX_ROW_BYTES) {
                buffer = Arrays.copyOf(buffer, buffer.length + buffer.length / 2);
            }
        }

        /** The last field's comma becomes the newline. */
        void end() {
            buffer[length - 1] = '\n';
        }

        ByteBuffer bytes() {
            return ByteBuffer.wrap(buffer, 0, length);
        }

        private Row comma() {
            buffer[length++] = ',';
            return this;
        }

        private void digits(long value) {
            long power = 1;
            while (value / power >= 10) {
                power *= 10;
            }
            for (; power > 0; power /= 10) {
                buffer[length++] = (byte) ('0' + value / power % 10);
            }
        }

        Row number(long value) {
            digits(value);
            return comma();
        }

        Row hundredths(long value) {
            digits(value / 100);
            buffer[length++] = '.';
            buffer[length++] = (byte) ('0' + value / 10 % 10);
            buffer[length++] = (byte) ('0' + value % 10);
            return comma();
        }

        Row day(int epochDay) {
            System.arraycopy(DAYS[epochDay - FIRST_DAY], 0, buffer, length, 10);
            length += 10;
            return comma();
        }

        private void ascii(String text) {
            for (int i = 0; i < text.length(); i++) {
                buffer[length++] = (byte) text.charAt(i);
            }
        }

        Row text(String text) {
            ascii(text);
            return comma();
        }

        /** char(n) as PostgreSQL writes it: filled with blanks. */
        Row padded(String text, int width) {
            ascii(text);
            for (int i = text.length(); i < width; i++) {
                buffer[length++] = ' ';
            }
            return comma();
        }

        /** Quoted where PostgreSQL quotes; comments hold commas, never quotes. */
        Row quoted(String text) {
            boolean quote = text.indexOf(',') >= 0 || text.indexOf('"') >= 0;
            if (!quote) {
                return text(text);
            }
            buffer[length++] = '"';
            ascii(text.replace("\"", "\"\""));
            buffer[length++] = '"';
            return comma();
        }
    }
}
