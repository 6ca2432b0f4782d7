package dev.wharf.core.copy;

import dev.wharf.core.arrow.ArrowFileReader;
import dev.wharf.core.arrow.ArrowFileWriter;
import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * COPY FROM a file: reads the file's head, has the tasks done, holds their results together, and completes the files that
 * the caller then publishes. Nothing of it is visible before that.
 */
public final class CopyFrom {
    /** What a load leaves for the manifest. */
    public record Loaded(List<Manifest.DataFile> files, List<Manifest.Batch> batches, CopyResult result) {
    }

    private final Relation relation;
    private final CopySource source;
    private final CopyFromHead head;
    private final CopyJob job;
    private final LeaderTaskQueue queue;
    /** Of retired tasks that had rows: the owner's file, where its batches begin, and how many. */
    private final List<long[]> retired = new ArrayList<>();
    private long chain;
    private long rows;

    private CopyFrom(Relation relation, CopySource source, CopyFromHead head, CopyJob job, LeaderTaskQueue queue) {
        this.relation = relation;
        this.source = source;
        this.head = head;
        this.job = job;
        this.queue = queue;
        chain = job.start();
    }

    /**
     * @param attributes indexes of the table's columns in the file's order
     * @param directory  empty, for the load's files; the caller removes it after an error
     */
    public static Loaded run(CopyLeader leader, Relation relation, int[] attributes, Path file, CopyFormatOptions options,
                             CopyTuning tuning, Path directory, CopyProgress progress) {
        try (CopySource source = CopySource.open(file)) {
            boolean binary = options.format() == CopyFormatOptions.Format.BINARY;
            long firstRow = binary ? BinaryHeader.read(source) : 0;
            if (options.freeze()) {
                throw new PgError(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "cannot perform COPY FREEZE because the table was"
                        + " not created or truncated in the current subtransaction");
            }
            CopyFromHead head = binary ? new CopyFromHead(firstRow, CopyDialect.Eol.NL, firstRow, 0)
                    : CopyFromHead.read(source, relation, attributes, options);
            CopyJob job = new CopyJob(true, relation, attributes, options.dialect(head.eol()),
                    options.force(relation, attributes), file.toAbsolutePath(), directory, null, head.firstRow(), source.size(),
                    binary ? source.size() : tuning.taskBytes(), options.lossless());
            int workers = !binary && source.size() - head.firstRow() >= tuning.minParallelBytes() ? tuning.workers() : 0;
            CopyFrom copy = new CopyFrom(relation, source, head, job, leader.queue());
            progress.start(source.size() - head.firstRow());
            List<CopyResult.ProcessShare> shares = List.of();
            if (job.tasks() > 0) {
                try (CopyTask own = new CopyFromTask(job, leader.queue(), CopySource.open(file), 0)) {
                    shares = leader.run(job, job.tasks(), job.start(), TaskQueueLayout.WINDOW, workers, tuning, own,
                            copy::retire, progress);
                }
            }
            source.checkUnchanged();
            return copy.finish(shares);
        } catch (IOException e) {
            throw DurableFile.error("write to file", directory, e);
        } catch (OutOfMemoryError e) {
            throw new PgError(SqlState.OUT_OF_MEMORY, "out of memory", e).withDetail(e.getMessage())
                    .withHint("A very long line needs heap of about three times its length: start java with a larger -Xmx.");
        }
    }

    /** Holds a task's report against the one before: see {@link ChunkLoader}. */
    private void retire(long k) {
        long end = Math.min(job.start() + (k + 1) * job.taskBytes(), job.size());
        long first = queue.get(k, TaskQueueLayout.T_FIRST_ROW);
        if (chain > end || chain >= job.size()) {
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
            throw CopyFromError.at(source, head, job, error);
        }
        long batches = queue.get(k, TaskQueueLayout.T_BATCHES);
        if (batches > 0) {
            retired.add(new long[] {queue.owner(k), queue.get(k, TaskQueueLayout.T_BATCH_OFFSET), batches});
        }
        rows += queue.get(k, TaskQueueLayout.T_ROWS);
        chain = queue.get(k, TaskQueueLayout.T_NEXT_ROW);
        queue.retire(chain);
    }

    /** Writes each file's footer and syncs it. */
    private Loaded finish(List<CopyResult.ProcessShare> shares) throws IOException {
        Map<Integer, FileChannel> channels = new TreeMap<>();
        Map<Integer, Integer> fileNumbers = new TreeMap<>();
        List<List<BatchBlock>> blocks = new ArrayList<>();
        List<Manifest.DataFile> files = new ArrayList<>();
        List<Manifest.Batch> batches = new ArrayList<>();
        try {
            for (long[] r : retired) {
                int owner = (int) r[0];
                if (!channels.containsKey(owner)) {
                    channels.put(owner, FileChannel.open(CopyFromTask.file(job, owner), StandardOpenOption.READ,
                            StandardOpenOption.WRITE));
                    fileNumbers.put(owner, blocks.size());
                    blocks.add(new ArrayList<>());
                }
                int number = fileNumbers.get(owner);
                long offset = r[1];
                for (long n = 0; n < r[2]; n++) {
                    ArrowFileReader.BatchHead batch = ArrowFileReader.headAt(channels.get(owner), offset);
                    blocks.get(number).add(batch.block());
                    batches.add(new Manifest.Batch(number, batch.block(), batch.statistics()));
                    offset = batch.block().end();
                }
            }
            for (int number = 0; number < blocks.size(); number++) {
                files.add(null);
            }
            for (Map.Entry<Integer, FileChannel> e : channels.entrySet()) {
                int number = fileNumbers.get(e.getKey());
                long length = ArrowFileWriter.finish(e.getValue(), relation.columns(), blocks.get(number));
                if (!relation.unlogged()) {
                    e.getValue().force(true);
                }
                Path name = job.directory().getFileName().resolve(CopyFromTask.file(job, e.getKey()).getFileName());
                files.set(number, new Manifest.DataFile(name.toString(), length));
            }
        } finally {
            for (FileChannel channel : channels.values()) {
                channel.close();
            }
        }
        return new Loaded(files, batches, new CopyResult(rows, job.size() - job.start(), shares));
    }
}
