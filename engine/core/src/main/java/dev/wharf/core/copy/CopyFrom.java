package dev.wharf.core.copy;

import dev.wharf.core.arrow.ArrowFileReader;
import dev.wharf.core.arrow.ArrowFileWriter;
import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.catalog.Catalog;
import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.source.OpenedInput;
import dev.wharf.shmem.os.WriteBack;
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
    private final CopyNotices notices;
    private final RejectFile rejects;
    /** Null if no column takes numbers from a sequence. */
    private final SequenceNumbers numbers;
    /** Batches of retired tasks: the file, where in it they begin, how many, and what numbers are in them, if any. */
    private final List<Batches> batches = new ArrayList<>();
    /** By process; the leader's first. */
    private final Map<Long, CopyResult.ProcessShare> shares = new LinkedHashMap<>();
    private boolean several;
    private long rows;
    /** Of the inputs before. */
    private long rowsBefore;
    private long badRows;
    private long bytes;

    /** Where the first row after the retired tasks begins in the input that is being read. */
    private long chain;

    private record Batches(Path file, long offset, long count, SequenceNumbers.Task numbers) {
    }

    private CopyFrom(CopyLeader leader, Relation relation, int[] attributes, CopyFormatOptions options, CopyTuning tuning,
                     Path directory, CopyProgress progress, CopyNotices notices, RejectFile rejects,
                     SequenceNumbers numbers) {
        this.leader = leader;
        this.queue = leader.queue();
        this.relation = relation;
        this.attributes = attributes;
        this.options = options;
        this.tuning = tuning;
        this.directory = directory;
        this.progress = progress;
        this.notices = notices;
        this.rejects = rejects;
        this.numbers = numbers;
    }

    /**
     * @param catalog    has the sequences
     * @param attributes indexes of the table's columns in the file's order
     * @param inputs     one after the other, each with a header of its own if there are headers
     * @param directory  empty, for the load's files; the caller removes it after an error
     * @param rejects    for the rows that are left out; null to write them nowhere
     */
    public static Loaded run(CopyLeader leader, Catalog catalog, Relation relation, int[] attributes, List<CopyInput> inputs,
                             CopyFormatOptions options, CopyTuning tuning, Path directory, CopyProgress progress,
                             CopyNotices notices, RejectFile rejects) {
        SequenceNumbers numbers = SequenceNumbers.of(relation, new DefaultValues(relation, attributes,
                options.defaultPrint() != null), catalog);
        CopyFrom copy = new CopyFrom(leader, relation, attributes, options, tuning, directory, progress, notices, rejects,
                numbers);
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
        if (numbers != null) {
            numbers.look();
        }
        progress.start(type(inputs.getFirst()), 0);
        for (int i = 0; i < inputs.size(); i++) {
            try {
                load(inputs.get(i), i);
                progress.next();
            } catch (PgError e) {
                String context = context(e.context(), inputs.get(i));
                throw context == null ? e : e.withContext(context);
            }
        }
    }

    /** The context, and behind it which of several files it is about. */
    private String context(String context, CopyInput input) {
        if (!several || !(input instanceof CopyInput.NamedFile named)) {
            return context;
        }
        return (context == null ? "" : context + "\n") + "file \"" + named.file() + "\"";
    }

    /** Takes an input's bad rows in; null if a bad value ends the load. */
    private BadRowsReport badRows(CopyInput input, CopyJob job, CopySource source, CopyFromHead head) {
        if (job.errors().stops()) {
            return null;
        }
        if (several && rejects != null) {
            rejects.input(input instanceof CopyInput.NamedFile named ? named.file().toString() : "");
        }
        return new BadRowsReport(job, source, head,
                (message, context) -> notices.notice(message, context(context, input)), rejects, badRows);
    }

    private static StatProgressCopy.Type type(CopyInput input) {
        return switch (input) {
            case CopyInput.NamedFile _ -> StatProgressCopy.Type.FILE;
            case CopyInput.ShellCommand _ -> StatProgressCopy.Type.PROGRAM;
            case CopyInput.Data _ -> StatProgressCopy.Type.PIPE;
        };
    }

    private void load(CopyInput input, int number) throws IOException {
        rowsBefore = rows;
        try (OpenedInput opened = open(input)) {
            leader.checkForInterrupts();
            if (!isBinary()) {
                checkFreeze();
            }
            if (opened.file() != null) {
                loadFile(input, opened.file(), number);
            } else {
                loadStream(input, opened, number);
            }
        }
    }

    private OpenedInput open(CopyInput input) throws IOException {
        if (!(input instanceof CopyInput.NamedFile named)) {
            return OpenedInput.open(input, options.encoding(), false);
        }
        try (PipeOpening pipe = new PipeOpening(named.file()); QueryCancel.Blocked _ = leader.blocked(pipe::release)) {
            return OpenedInput.open(input, options.encoding(), false);
        }
    }

    /** Waits for a program's end. */
    private void finish(OpenedInput opened) {
        try (QueryCancel.Blocked _ = leader.blocked(() -> close(opened))) {
            opened.finish();
        } catch (PgError e) {
            leader.checkForInterrupts();
            throw e;
        }
    }

    private boolean isBinary() {
        return options.format() == CopyFormatOptions.Format.BINARY;
    }

    private void checkFreeze() {
        if (options.freeze()) {
            throw new PgError(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "cannot perform COPY FREEZE because the table was"
                    + " not created or truncated in the current subtransaction");
        }
    }

    private void loadFile(CopyInput input, Path file, int number) throws IOException {
        try (CopySource source = CopySource.open(file)) {
            CopyFromHead head = isBinary() ? BinaryHeader.read(source)
                    : CopyFromHead.read(source, relation, attributes, options);
            if (isBinary()) {
                checkFreeze();
            }
            long size = source.size() - head.firstRow();
            int workers = bytes + size >= tuning.minParallelBytes() ? tuning.workers() : 0;
            // A file among several may be small: all processes are to have a part of it.
            long taskBytes = several ? Math.clamp(size / (workers + 1), Math.min(MIN_TASK_BYTES, tuning.taskBytes()),
                    tuning.taskBytes()) : tuning.taskBytes();
            CopyJob job = job(head, number, file.toAbsolutePath(), null, source.size(), taskBytes);
            progress.total(several ? 0 : size);
            chain = job.start();
            try (BadRowsReport bad = badRows(input, job, source, head)) {
                if (job.tasks() > 0) {
                    run(job, new TaskSupply.Fixed(job.tasks()), TaskQueueLayout.WINDOW, workers,
                            k -> retire(k, source, head, job, bad));
                }
            }
            source.checkUnchanged();
            bytes += job.size() - job.start();
        }
    }

    private void loadStream(CopyInput input, OpenedInput opened, int number) throws IOException {
        try (CopyStream stream = new CopyStream(opened.stream(), (int) Math.min(StreamReader.STEP, tuning.taskBytes()))) {
            CopyFromHead head;
            // Nothing may come for long
            try (QueryCancel.Blocked _ = leader.blocked(() -> close(opened))) {
                head = head(stream);
            } catch (PgError e) {
                leader.checkForInterrupts();
                throw e;
            }
            leader.checkForInterrupts();
            CopyJob job = job(head, number, null, directory, 0, tuning.taskBytes());
            chain = job.start();
            try (BadRowsReport bad = badRows(input, job, stream, head);
                    StreamReader reader = new StreamReader(opened.stream(), stream, head, job, queue);
                    Spool spool = new Spool(job, false)) {
                run(job, reader, Spool.TASKS, tuning.workers(), k -> {
                    spool.select(k, queue.get(k, TaskQueueLayout.T_START), queue.get(k, TaskQueueLayout.T_END));
                    retire(k, spool, head, job, bad);
                    reader.retired();
                });
                reader.check();
                finish(opened);
            }
            bytes += chain - job.start();
        }
    }

    private CopyFromHead head(CopyStream stream) {
        if (isBinary()) {
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
        return new CopyJob(true, relation, attributes, options.format(), options.dialect(head.eol()),
                options.force(relation, attributes), PgEncoding.UTF8, number, file, directory, spool,
                head.firstRow(), size, taskBytes, options.lossless(), options.errors(), options.settings());
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
    private void retire(long k, CopySource source, CopyFromHead head, CopyJob job, BadRowsReport bad) throws IOException {
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
        SequenceNumbers.Task taken = null;
        long[] before = numbers == null ? null : numbers.calls();
        if (numbers != null) {
            taken = error != ChunkLoader.NONE ? null : numbers.add(job, queue, k, queue.get(k, TaskQueueLayout.T_ROWS));
            // Rows of the binary format are not gone through again: takeAll says that there are too few
            if (!job.isBinary() && (taken == null || numbers.mayEnd())) {
                checkNumbers(k, source, head, job, bad, before, error);
            }
        }
        if (bad != null) {
            long over = bad.retire(queue, k, ChunkLoader.NONE);
            badRows = bad.rows();
            queue.skipped(options.errors().setsNull() ? 0 : badRows);
            if (over != ChunkLoader.NONE) {
                throw overLimit(k, source, head, job, before, over);
            }
        }
        if (error != ChunkLoader.NONE) {
            throw job.isBinary()
                    ? BinaryLoader.error(job, source, chain, 1 + rows - rowsBefore)
                    : CopyFromError.at(source, head, job, error, line(k, head, job), null);
        }
        long count = queue.get(k, TaskQueueLayout.T_BATCHES);
        if (count > 0) {
            batches.add(new Batches(CopyFromTask.file(job, queue.owner(k)), queue.get(k, TaskQueueLayout.T_BATCH_OFFSET),
                    count, taken));
        }
        rows += queue.get(k, TaskQueueLayout.T_ROWS);
        chain = queue.get(k, TaskQueueLayout.T_NEXT_ROW);
        queue.retire(chain);
    }

    /**
     * Reads a task once more, in which a row cannot be loaded, or may have no number; if so ends the load at the first of
     * these. As in PostgreSQL, what the rows before took is gone, and all rows with bad values up to there are told of.
     *
     * @param before calls of sequences before the task
     * @param error  the row that cannot be loaded, or {@link ChunkLoader#NONE}
     */
    private void checkNumbers(long k, CopySource source, CopyFromHead head, CopyJob job, BadRowsReport bad, long[] before,
                              long error) throws IOException {
        SequenceNumbers.Cursor cursor = numbers.cursor(before);
        long end = error == ChunkLoader.NONE ? queue.get(k, TaskQueueLayout.T_NEXT_ROW) : error + 1;
        long first = RowScan.firstFailing(source, job, chain, end, cursor);
        if (first == ChunkLoader.NONE && error == ChunkLoader.NONE) {
            return;
        }
        long over = bad == null ? ChunkLoader.NONE : bad.retire(queue, k, first);
        if (over != ChunkLoader.NONE) {
            throw overLimit(k, source, head, job, before, over);
        }
        PgError e = CopyFromError.at(source, head, job, first == ChunkLoader.NONE ? error : first, line(k, head, job), cursor);
        cursor.take();
        throw e;
    }

    /** The error for a row beyond REJECT_LIMIT; what the rows up to it took of sequences is gone. */
    private PgError overLimit(long k, CopySource source, CopyFromHead head, CopyJob job, long[] before, long over) {
        if (numbers != null) {
            SequenceNumbers.Cursor cursor = numbers.cursor(before);
            RowScan.firstFailing(source, job, chain, over + 1, cursor);
            cursor.take();
        }
        return CopyFromError.overLimit(source, head, job, over, line(k, head, job));
    }

    /** A line before the task's rows, with its number, from which on the source has the text. */
    private CopyFromError.Line line(long k, CopyFromHead head, CopyJob job) {
        long start = job.file() == null ? queue.get(k, TaskQueueLayout.T_START) : 0;
        return start > head.secondLine() ? new CopyFromError.Line(start, queue.get(k, TaskQueueLayout.T_LINE))
                : new CopyFromError.Line(head.secondLine(), 1 + head.firstLines());
    }

    /** Writes each file's footer and syncs it. */
    private Loaded finish() throws IOException {
        Map<Path, FileChannel> channels = new LinkedHashMap<>();
        List<Path> names = new ArrayList<>();
        List<List<BatchBlock>> blocks = new ArrayList<>();
        List<Manifest.DataFile> files = new ArrayList<>();
        List<Manifest.Batch> all = new ArrayList<>();
        if (numbers != null && rows > 0) {
            numbers.takeAll();
        }
        try {
            for (Batches b : batches) {
                if (!channels.containsKey(b.file)) {
                    channels.put(b.file, FileChannel.open(b.file, StandardOpenOption.READ, StandardOpenOption.WRITE));
                    names.add(b.file);
                    blocks.add(new ArrayList<>());
                }
                int number = names.indexOf(b.file);
                long offset = b.offset;
                long row = 0;
                for (long n = 0; n < b.count; n++) {
                    ArrowFileReader.BatchHead batch = ArrowFileReader.headAt(channels.get(b.file), offset);
                    blocks.get(number).add(batch.block());
                    all.add(new Manifest.Batch(number, batch.block(), numbers == null ? batch.statistics()
                            : numbers.enter(channels.get(b.file), batch.block(), b.numbers, row, batch.statistics())));
                    row += batch.block().rows();
                    offset = batch.block().end();
                }
            }
            TaskLog.removeAll(directory);
            for (int number = 0; number < names.size(); number++) {
                FileChannel channel = channels.get(names.get(number));
                long length = ArrowFileWriter.finish(channel, relation.columns(), blocks.get(number));
                if (!relation.unlogged()) {
                    leader.checkForInterrupts();
                    WriteBack.await(names.get(number), length, leader::checkForInterrupts);
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
        return new Loaded(files, all, new CopyResult(rows, badRows, bytes, List.copyOf(shares.values())));
    }
}
