package dev.wharf.core.copy;

import dev.wharf.core.arrow.ArrowFileReader;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.encoding.FromUtf8;
import dev.wharf.core.format.BatchWriter;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.shmem.Latch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Does claimed tasks of a COPY TO, a batch each. Into a file: formats, tells the size, learns where the text goes as soon
 * as all batches before have told theirs, and writes it there; so all processes write at once, in row order. To STDOUT:
 * leaves the text in a spool file that the leader sends in order, or, where the leader is alone, sends it itself.
 */
final class CopyToTask implements CopyTask {
    private static final long WAIT_MILLIS = 100;

    private final CopyJob job;
    private final TaskQueue queue;
    private final Latch latch;
    private final WritableByteChannel direct;
    private final Runnable whileWaiting;
    private final Manifest manifest;
    private final BatchWriter formatter;
    private final OffHeap.Buffer columnData = new OffHeap.Buffer(1 << 20);
    private final OffHeap.Buffer formatted = new OffHeap.Buffer(1 << 20);
    /** Null where the text is UTF-8. */
    private final FromUtf8 conversion;
    /** What is written: as it was formatted, or converted. */
    private final OffHeap.Buffer text;
    private final Map<Integer, ArrowFileReader> readers = new HashMap<>();
    private FileChannel output;

    /**
     * @param direct       where the text goes in a COPY TO STDOUT without workers, else null
     * @param whileWaiting run now and then while this waits for another process's task: the leader sees to the dead
     */
    CopyToTask(CopyJob job, TaskQueue queue, Latch latch, WritableByteChannel direct, Runnable whileWaiting) throws IOException {
        this.job = job;
        this.queue = queue;
        this.latch = latch;
        this.direct = direct;
        this.whileWaiting = whileWaiting;
        Path file = job.directory().resolve("manifest");
        // A later manifest than the leader's, perhaps, but only longer: the leader keeps TRUNCATE and DROP out.
        manifest = Manifest.decode(Files.readAllBytes(file), file.toString());
        conversion = CopyFormatOptions.fromUtf8(job.encoding(), job.format(), job.dialect());
        text = conversion == null ? formatted : conversion.converted();
        List<Column> columns = job.relation().columns();
        formatter = CopyToRows.writer(job.format(), columns, job.attributes(), job.dialect(), job.force(),
                job.settings());
        if (job.file() != null) {
            output = FileChannel.open(job.file(), StandardOpenOption.WRITE);
        }
    }

    /** Spool file of task {@code k}; reused by the tasks a window later. */
    static Path spool(CopyJob job, long k, int ahead) {
        return job.spool().resolve("task-" + k % ahead);
    }

    /** Tasks of a COPY TO STDOUT that may wait in the spool. */
    static final int SPOOL_TASKS = 16;

    @Override
    public void run(long k) throws IOException {
        Manifest.Batch batch = manifest.batches().get((int) k);
        ArrowFileReader reader = readers.get(batch.file());
        if (reader == null) {
            Manifest.DataFile file = manifest.files().get(batch.file());
            reader = new ArrowFileReader(job.directory().resolve(file.path()), file.length(), job.relation().columns());
            readers.put(batch.file(), reader);
        }
        int rows = batch.block().rows();
        long length = formatter.format(reader.batch(batch.block(), job.attributes(), columnData), rows, isFirst(k), formatted);
        length = conversion == null ? length : conversion.convert(formatted.address(), length);
        if (job.file() != null) {
            queue.size(k, length);
            long offset = awaitOffset(k);
            if (offset == TaskQueue.NONE) {
                return;
            }
            write(output, job.file(), job.start() + offset, length);
        } else if (direct != null) {
            send(length);
        } else {
            Path spool = spool(job, k, SPOOL_TASKS);
            try (FileChannel channel = FileChannel.open(spool, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                write(channel, spool, 0, length);
            }
            queue.set(k, TaskQueueLayout.T_SIZE, length);
        }
        queue.complete(k, rows, length);
    }

    /** Whether the batches before have no rows. */
    private boolean isFirst(long k) {
        return manifest.batches().subList(0, (int) k).stream().allMatch(batch -> batch.block().rows() == 0);
    }

    /** {@link TaskQueue#NONE} if the COPY is over, or if this task was given back because an earlier one has to be done first. */
    private long awaitOffset(long k) {
        for (;;) {
            latch.reset();
            whileWaiting.run();
            long offset = queue.outputOffset(k);
            if (offset != TaskQueue.NONE) {
                return offset;
            }
            if (queue.stopped() || !queue.isOpen()) {
                return TaskQueue.NONE;
            }
            if (queue.redoBefore(k)) {
                // Its owner died or failed, and every process may be waiting here, as this one is.
                queue.giveUp(k);
                return TaskQueue.NONE;
            }
            latch.await(WAIT_MILLIS);
        }
    }

    private void write(FileChannel channel, Path file, long offset, long length) {
        try {
            long at = 0;
            while (at < length) {
                at += channel.write(text.segment().asSlice(at, Math.min(length - at, 1 << 30)).asByteBuffer(), offset + at);
            }
        } catch (IOException e) {
            throw DurableFile.error("write to COPY file", file, e);
        }
    }

    private void send(long length) throws IOException {
        long at = 0;
        while (at < length) {
            at += direct.write(text.segment().asSlice(at, Math.min(length - at, 1 << 20)).asByteBuffer());
        }
    }

    @Override
    public void close() throws IOException {
        for (ArrowFileReader reader : readers.values()) {
            reader.close();
        }
        if (output != null) {
            output.close();
        }
        columnData.close();
        formatted.close();
        if (conversion != null) {
            conversion.close();
        }
        formatter.close();
    }
}
