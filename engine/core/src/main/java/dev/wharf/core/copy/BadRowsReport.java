package dev.wharf.core.copy;

import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.csv.CsvDialect;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * The leader's side of {@link BadRows}: counts the bad rows of all processes, holds them against REJECT_LIMIT, and tells of
 * them in the file's order, with the file's line numbers. Not thread-safe.
 */
final class BadRowsReport implements AutoCloseable {
    private static final int BUFFER = 64 << 10;

    private final CopyJob job;
    private final CopyNotices notices;
    private final RejectFile rejects;
    private final Map<Integer, FileChannel> logs = new HashMap<>();
    private final byte[] chunk = new byte[BUFFER];
    private long rows;
    /** Number of the line before the next task's first. */
    private long lines;

    /**
     * @param source  which has the first line's text
     * @param rejects null if rows are to go nowhere
     * @param before  rows with bad values in the inputs before this one
     */
    BadRowsReport(CopyJob job, CopySource source, CopyFromHead head, CopyNotices notices, RejectFile rejects, long before) {
        this.job = job;
        this.notices = notices;
        this.rejects = rejects;
        rows = before;
        lines = job.errors().described() ? linesBefore(source, head) : 0;
    }

    /**
     * What is to be added to a count from the first row on. PostgreSQL does not know the line ends' style yet when it counts
     * those in the first line; if that is a row, the count of it made here is mended.
     */
    private long linesBefore(CopySource source, CopyFromHead head) {
        if (!(job.dialect() instanceof CsvDialect) || head.headLines() > 0 || head.secondLine() == 0) {
            return head.headLines();
        }
        byte counted = job.dialect().eol().counted();
        long last = head.secondLine() - 1;
        boolean ended = CopyFromError.count(source, last, last + 1, job.dialect().eol().last(), false) > 0;
        return head.firstLines() - CopyFromError.count(source, 0, head.secondLine(), counted, false) - (ended ? 0 : 1);
    }

    /** Rows with bad values in the inputs before and in the tasks accepted so far. */
    long rows() {
        return rows;
    }

    /**
     * Takes a task in that is accepted, or ends with an error.
     *
     * @param last the row at which the task ends before all its rows with bad values; {@link ChunkLoader#NONE} if it does not
     * @return offset of the first row beyond REJECT_LIMIT, {@link ChunkLoader#NONE} if there is none
     */
    long retire(LeaderTaskQueue queue, long k, long last) throws IOException {
        long count = queue.get(k, TaskQueueLayout.T_BAD_ROWS);
        long limit = job.errors().rejectLimit();
        boolean over = limit > 0 && rows + count > limit;
        long offset = ChunkLoader.NONE;
        if (count > 0 && (over || job.errors().described())) {
            FileChannel log = log(queue.owner(k));
            log.position(queue.get(k, TaskQueueLayout.T_BAD_LOG));
            DataInputStream in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(log), BUFFER));
            for (long n = over ? limit - rows + 1 : count; n > 0; n--) {
                offset = in.readLong();
                if (last != ChunkLoader.NONE && offset > last) {
                    return ChunkLoader.NONE;
                }
                tell(in);
            }
            // A row that fails does so before it is counted
            over &= offset != last;
        }
        rows += count;
        lines += queue.get(k, TaskQueueLayout.T_LINES);
        return over ? offset : ChunkLoader.NONE;
    }

    private FileChannel log(int participant) throws IOException {
        FileChannel log = logs.get(participant);
        if (log == null) {
            log = FileChannel.open(BadRows.log(job, participant), StandardOpenOption.READ);
            logs.put(participant, log);
        }
        return log;
    }

    private void tell(DataInputStream in) throws IOException {
        long line = 1 + lines + in.readLong();
        for (int n = in.readInt(); n > 0; n--) {
            String value = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
            notices.notice((job.errors().setsNull() ? "setting to null" : "skipping row")
                    + " due to data type incompatibility at line " + line + " " + value, "COPY " + job.relation().name());
        }
        long length = in.readLong();
        if (length > 0) {
            rejects.line(line);
        }
        while (length > 0) {
            int n = in.readNBytes(chunk, 0, (int) Math.min(length, chunk.length));
            rejects.write(chunk, n);
            length -= n;
        }
    }

    @Override
    public void close() {
        for (FileChannel log : logs.values()) {
            try {
                log.close();
            } catch (IOException e) {
                throw DurableFile.error("close file", job.directory(), e);
            }
        }
    }
}
