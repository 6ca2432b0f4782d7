package dev.wharf.bench.data;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes a data set's files once and finds them again later. Blocks are made by all cores and written in order. A
 * properties file, written last, says that the rest is whole; two processes must not make the same file at once.
 */
public final class DataFiles {
    private DataFiles() {
    }

    /** The files of {@code set} in {@code directory}, made now unless they are there already. */
    public static DataFile ensure(DataSet set, double scale, Path directory) throws IOException {
        String stem = String.format(Locale.ROOT, "%s-%s", set.name(), Double.toString(scale));
        Path path = directory.resolve(stem + ".csv");
        List<Path> halves = List.of(directory.resolve(stem + ".1.csv"), directory.resolve(stem + ".2.csv"));
        Path properties = directory.resolve(stem + ".properties");
        DataFile known = known(set, scale, path, halves, properties);
        if (known != null) {
            return known;
        }
        Files.createDirectories(directory);
        Files.deleteIfExists(properties);
        DataFile made = make(set, scale, path, halves);
        Properties values = new Properties();
        values.setProperty("version", Integer.toString(DataSet.VERSION));
        values.setProperty("rows", Long.toString(made.rows()));
        values.setProperty("bytes", Long.toString(made.bytes()));
        values.setProperty("crc32c", Long.toString(made.fingerprint().crc32c()));
        values.setProperty("rowsum", Long.toString(made.fingerprint().rowSum()));
        Path temporary = directory.resolve(stem + ".properties.new");
        try (Writer out = Files.newBufferedWriter(temporary)) {
            values.store(out, null);
        }
        Files.move(temporary, properties, StandardCopyOption.ATOMIC_MOVE);
        return made;
    }

    private static DataFile known(DataSet set, double scale, Path path, List<Path> halves, Path properties)
            throws IOException {
        if (!Files.exists(properties)) {
            return null;
        }
        Properties values = new Properties();
        try (Reader in = Files.newBufferedReader(properties)) {
            values.load(in);
        }
        long bytes = Long.parseLong(values.getProperty("bytes", "-1"));
        int header = set.header().length();
        boolean whole = Integer.toString(DataSet.VERSION).equals(values.getProperty("version"))
                && Files.exists(path) && Files.size(path) == bytes
                && Files.exists(halves.get(0)) && Files.exists(halves.get(1))
                && Files.size(halves.get(0)) + Files.size(halves.get(1)) == bytes + header;
        return whole ? new DataFile(set, scale, path, halves, Long.parseLong(values.getProperty("rows")),
                new Fingerprint(bytes, Long.parseLong(values.getProperty("crc32c")),
                        Long.parseLong(values.getProperty("rowsum")))) : null;
    }

    private static DataFile make(DataSet set, double scale, Path path, List<Path> halves) throws IOException {
        int threads = Runtime.getRuntime().availableProcessors();
        int blocks = set.blocks(scale);
        byte[] header = set.header().getBytes(StandardCharsets.UTF_8);
        Fingerprint.Builder fingerprint = new Fingerprint.Builder();
        fingerprint.update(header, header.length);
        long rows = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads);
             FileChannel whole = create(path);
             FileChannel firstHalf = create(halves.get(0));
             FileChannel secondHalf = create(halves.get(1))) {
            write(whole, header, header.length);
            write(firstHalf, header, header.length);
            write(secondHalf, header, header.length);
            ArrayDeque<Future<CsvBlock>> ahead = new ArrayDeque<>();
            int next = 0;
            for (int block = 0; block < blocks; block++) {
                while (next < blocks && ahead.size() < 2 * threads) {
                    int number = next++;
                    ahead.add(pool.submit(() -> {
                        CsvBlock out = new CsvBlock();
                        set.write(number, scale, out);
                        return out;
                    }));
                }
                CsvBlock made = result(ahead.remove());
                write(whole, made.array(), made.length());
                write(block < (blocks + 1) / 2 ? firstHalf : secondHalf, made.array(), made.length());
                fingerprint.update(made.array(), made.length());
                rows += made.rows();
            }
        }
        return new DataFile(set, scale, path, halves, rows, fingerprint.build());
    }

    private static FileChannel create(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    private static void write(FileChannel channel, byte[] bytes, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static CsvBlock result(Future<CsvBlock> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a data block could not be made", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while data was made", e);
        }
    }
}
