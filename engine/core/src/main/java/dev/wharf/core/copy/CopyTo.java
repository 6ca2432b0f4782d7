package dev.wharf.core.copy;

import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.source.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** COPY TO a file or a channel, in row order, by all processes at once. */
public final class CopyTo {
    private final CopyLeader leader;
    private final Relation relation;
    private final int[] attributes;
    private final Path tableDirectory;
    private final Manifest manifest;
    private final CopyFormatOptions options;
    private final CopyTuning tuning;
    private final CopyProgress progress;
    private final CopyDialect dialect;
    private final ForceFlags force;

    /**
     * @param attributes indexes of the columns to write, in order
     * @param manifest   the table at the moment that is to be written; the caller keeps TRUNCATE and DROP out
     */
    public CopyTo(CopyLeader leader, Relation relation, int[] attributes, Path tableDirectory, Manifest manifest,
                  CopyFormatOptions options, CopyTuning tuning, CopyProgress progress) {
        this.leader = leader;
        this.relation = relation;
        this.attributes = attributes;
        this.tableDirectory = tableDirectory;
        this.manifest = manifest;
        this.options = options;
        this.tuning = tuning;
        this.progress = progress;
        dialect = options.dialect(CopyDialect.Eol.NL);
        force = options.force(relation, attributes);
    }

    /** Replaces {@code file}. One that was not there before is removed again after an error. */
    public CopyResult toFile(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            if (Files.isDirectory(file)) {
                throw new PgError(SqlState.WRONG_OBJECT_TYPE,
                        "could not open file \"" + file + "\" for writing: Is a directory");
            }
            return toDevice(file);
        }
        boolean isNew = !Files.exists(file);
        boolean created = false;
        boolean finished = false;
        try {
            ByteBuffer header = CopyToHead.header(options, relation, attributes);
            int headerLength = header.remaining();
            try (FileChannel channel = open(file)) {
                created = isNew;
                while (header.hasRemaining()) {
                    channel.write(header);
                }
            }
            CopyJob job = job(file.toAbsolutePath(), null, headerLength);
            CopyResult result = run(job, null, TaskQueueLayout.WINDOW - 1, headerLength);
            ByteBuffer trailer = CopyToHead.trailer(options);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
                while (trailer.hasRemaining()) {
                    channel.write(trailer);
                }
            }
            finished = true;
            return result;
        } catch (IOException e) {
            throw DurableFile.error("write to COPY file", file, e);
        } finally {
            if (created && !finished) {
                deleteQuietly(file);
            }
        }
    }

    private CopyResult toDevice(Path file) {
        try (FileChannel channel = openDevice(file); QueryCancel.Blocked _ = leader.blocked(() -> close(channel))) {
            leader.checkForInterrupts();
            return toChannel(channel, null);
        } catch (IOException e) {
            leader.checkForInterrupts();
            throw DurableFile.error("write to COPY file", file, e);
        }
    }

    private FileChannel openDevice(Path file) throws IOException {
        try (PipeOpening pipe = new PipeOpening(file); QueryCancel.Blocked _ = leader.blocked(pipe::release)) {
            return FileChannel.open(file, StandardOpenOption.WRITE);
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(CopyTo.class.getName()).log(System.Logger.Level.DEBUG, "closed to end a write", e);
        }
    }

    private static FileChannel open(Path file) {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            PgError error = DurableFile.error("open file", file, e);
            throw new PgError(error.sqlState(), error.getMessage().replaceFirst("\": ", "\" for writing: "), e);
        }
    }

    private CopyJob job(Path file, Path spool, long start) {
        return new CopyJob(false, relation, attributes, options.format(), dialect, force, options.encoding(), 0, file,
                tableDirectory, spool, start, 0, 0, false, CopyErrorHandling.STOP, options.settings());
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            System.getLogger(CopyTo.class.getName()).log(System.Logger.Level.WARNING, "could not remove " + file, e);
        }
    }

    /** @param spool an empty directory that the workers may use, which the caller removes; null for no workers */
    public CopyResult toChannel(WritableByteChannel out, Path spool) throws IOException {
        ByteBuffer header = CopyToHead.header(options, relation, attributes);
        int headerLength = header.remaining();
        while (header.hasRemaining()) {
            out.write(header);
        }
        CopyResult result = run(job(null, spool, 0), out, CopyToTask.SPOOL_TASKS, headerLength);
        ByteBuffer trailer = CopyToHead.trailer(options);
        while (trailer.hasRemaining()) {
            out.write(trailer);
        }
        return result;
    }

    /** Whether the table is large enough for workers to pay. */
    public boolean isParallel() {
        return tuning.workers() > 0 && manifest.batches().size() > 1 && manifest.bytes() >= tuning.minParallelBytes();
    }

    private CopyResult run(CopyJob job, WritableByteChannel out, int ahead, int headerLength) throws IOException {
        int workers = isParallel() && (out == null || job.spool() != null) ? tuning.workers() : 0;
        long tasks = manifest.batches().size();
        progress.start(out == null ? StatProgressCopy.Type.FILE
                : out instanceof Program ? StatProgressCopy.Type.PROGRAM : StatProgressCopy.Type.PIPE, 0);
        List<CopyResult.ProcessShare> shares = List.of();
        if (tasks > 0) {
            LeaderTaskQueue queue = leader.queue();
            try (CopyTask own = new CopyToTask(job, queue, leader.latch(), workers == 0 ? out : null,
                    leader::buryDead)) {
                shares = leader.run(job, new TaskSupply.Fixed(tasks), TaskQueue.NONE, ahead, workers, tuning, own, k -> {
                    if (out != null && workers > 0) {
                        send(job, k, queue.get(k, TaskQueueLayout.T_SIZE), out);
                    }
                    queue.retire(TaskQueue.NONE);
                }, progress);
            }
        }
        long bytes = headerLength + (long) CopyToHead.trailer(options).remaining();
        long rows = 0;
        for (CopyResult.ProcessShare share : shares) {
            bytes += share.bytes();
            rows += share.rows();
        }
        return new CopyResult(rows, 0, bytes, shares);
    }

    private static void send(CopyJob job, long k, long length, WritableByteChannel out) throws IOException {
        try (FileChannel spool = FileChannel.open(CopyToTask.spool(job, k, CopyToTask.SPOOL_TASKS), StandardOpenOption.READ)) {
            long at = 0;
            while (at < length) {
                at += spool.transferTo(at, length - at, out);
            }
        }
    }
}
