package dev.wharf.core.copy;

import dev.wharf.core.arrow.ArrowFileReader;
import dev.wharf.core.arrow.ArrowFileWriter;
import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.source.OpenedInput;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * COPY FROM: reads the input's head, has the tasks done, holds their results together, and completes the files that
 * the caller then publishes. Nothing of it is visible before that.
 */
public final class CopyFrom {
    /** What a load leaves for the manifest. */
    public record Loaded(List<Manifest.DataFile> files, List<Manifest.Batch> batches, CopyResult result) {
    }

    private static final long MIN_TASK_BYTES = 1 << 20;

    private final CopyLeader leader;
    private final LeaderTaskQueue queue;
    private final Relation relation;
    private final int[] attributes;
    private final CopyFormatOptions options;
    private final CopyTuning tuning;
    private final Path directory;
    private final CopyProgress progress;
    /** Batches of retired tasks: the file, where in it they begin, and how many. */
    private final List<Batches> batches = new ArrayList<>();
    /** By process; the leader's first. */
    private final Map<Long, CopyResult.ProcessShare> shares = new LinkedHashMap<>();
    private boolean several;
    private long rows;
    private long bytes;

    /** Where the first row after the retired tasks begins in the input that is being read. */
    private long chain;

    private record Batches(Path file, long offset, long count) {
    }

    private CopyFrom(CopyLeader leader, Relation relation, int[] attributes, CopyFormatOptions options, CopyTuning tuning,
                     Path directory, CopyProgress progress) {
        this.leader = leader;
        this.queue = leader.queue();
        this.relation = relation;
        this.attributes = attributes;
        this.options = options;
        this.tuning = tuning;
        this.directory = directory;
        this.progress = progress;
    }

    /**
     * @param attributes indexes of the table's columns in the file's order
     * @param inputs     one after the other, each with a header of its own if there are headers
     * @param directory  empty, for the load's files; the caller removes it after an error
     */
    public static Loaded run(CopyLeader leader, Relation relation, int[] attributes, List<CopyInput> inputs,
                             CopyFormatOptions options, CopyTuning tuning, Path directory, CopyProgress progress) {
        CopyFrom copy = new CopyFrom(leader, relation, attributes, options, tuning, directory, progress);
        try {
            copy.load(inputs);
            return copy.finish();
        } catch (IOException e) {
            throw DurableFile.error("write to file", directory, e);
        } catch (OutOfMemoryError e) {
            throw new PgError(SqlState.OUT_OF_MEMORY, "out of memory", e).withDetail(e.getMessage())
                    .withHint("A very long line needs heap of about three times its length: start java with a larger -Xmx.");
        }
    }

    private void load(List<CopyInput> inputs) throws IOException {
        several = inputs.size() > 1;
        progress.start(type(inputs.getFirst()), 0);
        for (int i = 0; i < inputs.size(); i++) {
            try {
                load(inputs.get(i), i);
                progress.next();
            } catch (PgError e) {
                String name = inputs.get(i) instanceof CopyInput.NamedFile named ? "file \"" + named.file() + "\"" : null;
                throw !several || name == null ? e : e.withContext(e.context() == null ? name : e.context() + "\n" + name);
            }
        }
    }

    private static StatProgressCopy.Type type(CopyInput input) {
        return switch (input) {
            case CopyInput.NamedFile _ -> StatProgressCopy.Type.FILE;
            case CopyInput.ShellCommand _ -> StatProgressCopy.Type.PROGRAM;
            case CopyInput.Data _ -> StatProgressCopy.Type.PIPE;
        };
    }

    private void load(CopyInput input, int number) throws IOException {
        // Where a row of the binary format begins only those before it tell: a file is gone through as a stream is.
        boolean binary = options.format() == CopyFormatOptions.Format.BINARY;
        try (OpenedInput opened = OpenedInput.open(input, options.encoding(), binary)) {
            if (!binary) {
                checkFreeze();
            }
            if (opened.file() != null) {
                loadFile(opened.file(), number);
            } else {
                loadStream(opened, number);
            }
        }
    }

    private void checkFreeze() {
        if (options.freeze()) {
            throw new PgError(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "cannot perform COPY FREEZE because the table was"
                    + " not created or truncated in the current subtransaction");
        }
    }

    private void loadFile(Path file, int number) throws IOException {
        try (CopySource source = CopySource.open(file)) {
            CopyFromHead head = CopyFromHead.read(source, relation, attributes, options);
            long size = source.size() - head.firstRow();
            int workers = bytes + size >= tuning.minParallelBytes() ? tuning.workers() : 0;
            // A file among several may be small: all processes are to have a part of it.
            long taskBytes = several ? Math.clamp(size / (workers + 1), Math.min(MIN_TASK_BYTES, tuning.taskBytes()),
                    tuning.taskBytes()) : tuning.taskBytes();
            CopyJob job = job(head, number, file.toAbsolutePath(), null, source.size(), taskBytes);
            progress.total(several ? 0 : size);
            chain = job.start();
            if (job.tasks() > 0) {
                run(job, new TaskSupply.Fixed(job.tasks()), TaskQueueLayout.WINDOW, workers,
                        k -> retire(k, source, head, job));
            }
            source.checkUnchanged();
            bytes += job.size() - job.start();
        }
    }

    private void loadStream(OpenedInput input, int number) throws IOException {
        try (CopyStream stream = new CopyStream(input.stream(), (int) Math.min(StreamReader.STEP, tuning.taskBytes()))) {
            CopyFromHead head;
            // Nothing may come for long
            leader.onInterrupt(() -> close(input));
            try {
                head = head(stream);
            } catch (PgError e) {
                leader.checkForInterrupts();
                throw e;
            } finally {
                leader.onInterrupt(() -> {
                });
            }
            leader.checkForInterrupts();
            CopyJob job = job(head, number, null, directory, 0, tuning.taskBytes());
            chain = job.start();
            try (StreamReader reader = new StreamReader(input.stream(), stream, head, job, queue);
                    Spool spool = new Spool(job, false)) {
                run(job, reader, Spool.TASKS, tuning.workers(), k -> {
                    spool.select(k, queue.get(k, TaskQueueLayout.T_START), queue.get(k, TaskQueueLayout.T_END));
                    retire(k, spool, head, job);
                    reader.retired();
                });
                reader.check();
                input.finish();
            }
            bytes += chain - job.start();
        }
    }

    private CopyFromHead head(CopyStream stream) {
        if (options.format() == CopyFormatOptions.Format.BINARY) {
            CopyFromHead head = BinaryHeader.read(stream);
            checkFreeze();
            return head;
        }
        try {
            stream.more();
            return CopyFromHead.read(stream, relation, attributes, options);
        } catch (PgError e) {
            throw e.context() != null ? e : e.withContext("COPY " + relation.name() + ", line 1");
        }
    }

    private static void close(OpenedInput input) {
        try {
            input.close();
        } catch (IOException e) {
            // Whoever reads it is told
        }
    }

    private CopyJob job(CopyFromHead head, int number, Path file, Path spool, long size, long taskBytes) {
        return new CopyJob(true, relation, attributes, options.dialect(head.eol()),
                options.force(relation, attributes), PgEncoding.UTF8, number, file, directory, spool,
                head.firstRow(), size, taskBytes, options.lossless());
    }

    private void run(CopyJob job, TaskSupply supply, int ahead, int workers, CopyLeader.Retirer retirer) throws IOException {
        try (CopyTask own = new CopyFromTask(job, queue, 0)) {
            for (CopyResult.ProcessShare share : leader.run(job, supply, job.start(), ahead, workers, tuning, own, retirer,
                    progress)) {
                shares.merge(share.pid(), share, CopyResult.ProcessShare::plus);
            }
        }
    }

    /** Holds a task's report against the one before: see {@link ChunkLoader}. */
    private void retire(long k, CopySource source, CopyFromHead head, CopyJob job) throws IOException {
        boolean stream = job.file() == null;
        long end = Math.min(job.start() + (k + 1) * job.taskBytes(), job.size());
        long first = queue.get(k, TaskQueueLayout.T_FIRST_ROW);
        if (!stream && (chain > end || chain >= job.size())) {
            // A row of an earlier task takes up this whole one: whatever was found here is the inside of it.
            queue.retire(chain);
            return;
        }
        if (first != chain) {
            queue.again(k, chain);
            queue.wakeOthers();
            return;
        }
        long error = queue.get(k, TaskQueueLayout.T_ERROR_ROW);
        if (error != ChunkLoader.NONE) {
            long start = stream ? queue.get(k, TaskQueueLayout.T_START) : 0;
            if (job.isBinary()) {
                throw BinaryLoader.error(job, source, start, queue.get(k, TaskQueueLayout.T_LINE));
            }
            throw start > head.secondLine()
                    ? CopyFromError.at(source, head, job, error, start, queue.get(k, TaskQueueLayout.T_LINE))
                    : CopyFromError.at(source, head, job, error, head.secondLine(), 1 + head.firstLines());
        }
        long count = queue.get(k, TaskQueueLayout.T_BATCHES);
        if (count > 0) {
            batches.add(new Batches(CopyFromTask.file(job, queue.owner(k)), queue.get(k, TaskQueueLayout.T_BATCH_OFFSET),
                    count));
        }
        rows += queue.get(k, TaskQueueLayout.T_ROWS);
        chain = queue.get(k, TaskQueueLayout.T_NEXT_ROW);
        queue.retire(chain);
    }

    /** Writes each file's footer and syncs it. */
    private Loaded finish() throws IOException {
        Map<Path, FileChannel> channels = new LinkedHashMap<>();
        List<Path> names = new ArrayList<>();
        List<List<BatchBlock>> blocks = new ArrayList<>();
        List<Manifest.DataFile> files = new ArrayList<>();
        List<Manifest.Batch> all = new ArrayList<>();
        try {
            for (Batches b : batches) {
                if (!channels.containsKey(b.file)) {
                    channels.put(b.file, FileChannel.open(b.file, StandardOpenOption.READ, StandardOpenOption.WRITE));
                    names.add(b.file);
                    blocks.add(new ArrayList<>());
                }
                int number = names.indexOf(b.file);
                long offset = b.offset;
                for (long n = 0; n < b.count; n++) {
                    ArrowFileReader.BatchHead batch = ArrowFileReader.headAt(channels.get(b.file), offset);
                    blocks.get(number).add(batch.block());
                    all.add(new Manifest.Batch(number, batch.block(), batch.statistics()));
                    offset = batch.block().end();
                }
            }
            for (int number = 0; number < names.size(); number++) {
                FileChannel channel = channels.get(names.get(number));
                long length = ArrowFileWriter.finish(channel, relation.columns(), blocks.get(number));
                if (!relation.unlogged()) {
                    leader.checkForInterrupts();
                    channel.force(true);
                }
                Path name = directory.getFileName().resolve(names.get(number).getFileName());
                files.add(new Manifest.DataFile(name.toString(), length));
            }
        } finally {
            for (FileChannel channel : channels.values()) {
                channel.close();
            }
        }
        leader.checkForInterrupts();
        return new Loaded(files, all, new CopyResult(rows, bytes, List.copyOf(shares.values())));
    }
}
