package dev.wharf.core.copy;

import static dev.wharf.core.memory.OffHeap.getByte;

import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.Swar;
import dev.wharf.core.kernel.BadValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process's account of the rows with bad values in a load that these do not end: how many a task has, and, in a file, what
 * has to be told of them. The leader reads that when it accepts the task: see {@link BadRowsReport}. So what is told of a
 * row takes no memory from the moment it was found, however many there are.
 *
 * <pre>
 *   log:   | row | row | ...   those of a task lie together; others, of tasks done again, may lie between tasks
 *   row:   offset int64, line int64 counted from the task's first line,
 *          notices int32, each int32 length, bytes,
 *          length int64 of the reject file's row behind its line number, 0 if there is no such file, bytes
 * </pre>
 *
 * A file's lines before a task are known only when all tasks before it are done; so a task counts from
 * its own first line, and only where line numbers will be told.
 *
 * <p>Not thread-safe.
 */
final class BadRows implements AutoCloseable {
    private final CopyJob job;
    private final TaskLog log;
    private final BadValues values;
    private final boolean logged;
    private final boolean described;
    private final byte counted;
    private final int lineEnd;

    private long rows;
    private long lines;
    private long logStart;

    BadRows(CopyJob job, int participant) {
        this.job = job;
        log = new TaskLog(log(job, participant));
        described = job.errors().described();
        logged = described || job.errors().rejectLimit() > 0;
        values = new BadValues(job.errors().setsNull(), described);
        counted = job.dialect().eol().counted();
        lineEnd = job.dialect().eol() == CsvDialect.Eol.CRNL ? 2 : 1;
    }

    /** The log of a participant. */
    static Path log(CopyJob job, int participant) {
        return job.directory().resolve("part-" + participant + "-" + job.input() + ".bad" + TaskLog.SUFFIX);
    }

    /** Where whoever converts rows notes bad values. */
    BadValues values() {
        return values;
    }

    /** Begins a task. */
    void begin() {
        rows = 0;
        lines = 0;
        logStart = log.position();
    }

    long rows() {
        return rows;
    }

    long lines() {
        return lines;
    }

    long logStart() {
        return logStart;
    }

    /** Whether this task alone has more bad rows than REJECT_LIMIT allows. */
    boolean overLimit() {
        return job.errors().rejectLimit() > 0 && rows > job.errors().rejectLimit();
    }

    /**
     * Takes the block in that was converted last.
     *
     * @param base   its text
     * @param offset its offset in the file
     * @param taken  bytes of its rows
     */
    void block(BlockConverter block, long base, long offset, long taken) {
        boolean counts = described && !block.rowsAreLines();
        long linesUpTo = 0;
        long linesBefore = lines;
        for (int i = 0; i < values.count();) {
            int first = i;
            int row = values.row(i);
            while (i < values.count() && values.row(i) == row) {
                i++;
            }
            int start = block.rowStart(row);
            int length = block.rowStart(row + 1) - lineEnd - start;
            if (counts) {
                lines += Swar.count(base + linesUpTo, start + length - linesUpTo, counted);
                linesUpTo = start + length;
            } else {
                lines = linesBefore + row;
            }
            add(first, i, base + start, length, offset + start);
        }
        lines = counts ? lines + Swar.count(base + linesUpTo, taken - linesUpTo, counted) : linesBefore + block.rows();
    }

    /** Takes a row in that was converted by itself. Where a backslash escapes them, line ends in it do not count. */
    void row(long address, int length, int withEnd, long offset) {
        long content = described && job.dialect() instanceof CsvDialect ? Swar.count(address, length, counted) : 0;
        if (values.count() > 0) {
            lines += content;
            add(0, values.count(), address, length, offset);
            lines -= content;
        }
        lines += content + (withEnd > length ? 1 : 0);
    }

    /** @param first the row's first bad value, {@code last} the one behind its last */
    private void add(int first, int last, long address, int length, long offset) {
        rows++;
        if (!logged) {
            return;
        }
        log.putLong(offset);
        log.putLong(lines);
        log.putInt(job.errors().verbose() ? last - first : 0);
        for (int i = first; job.errors().verbose() && i < last; i++) {
            byte[] notice = utf8("for column \"" + column(i) + "\": \"" + NextCopyFrom.clip(values.value(i)) + "\"");
            log.putInt(notice.length);
            log.put(notice);
        }
        if (job.errors().rejectFile() == null) {
            log.putLong(0);
            return;
        }
        byte[] head = utf8(offset + "," + RejectFile.quoted(column(first)) + "," + values.error(first).sqlState() + ","
                + RejectFile.quoted(values.error(first).getMessage()) + ",\"");
        log.putLong(head.length + length + Swar.count(address, length, (byte) '"') + 2);
        log.put(head);
        putDoubled(address, length);
        log.put(utf8("\"\n"));
    }

    private String column(int i) {
        return job.relation().columns().get(job.attributes()[values.field(i)]).name();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void putDoubled(long address, int length) {
        for (int i = 0; i < length; i++) {
            byte b = getByte(address + i);
            log.put(b);
            if (b == '"') {
                log.put(b);
            }
        }
    }

    /** Writes what is still here. */
    void flush() {
        log.flush();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
