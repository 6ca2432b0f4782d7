package dev.wharf.core.arrow;

import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.catalog.BatchStatistics;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.PgType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Reads batches of one of a table's Arrow files, and checks each before it hands out addresses: after {@link #batch} every
 * row's bytes are known to lie in memory of our own. A file that was cut short or altered gives 58030 or XX001 with its name.
 *
 * <p>The file is read with pread, not mapped. Should another program cut a mapped file short, the next load from it is
 * a SIGBUS, which the JVM turns into an error in some loads and dies of in others; should it write to one, what was checked
 * here would no longer hold when the loops come.
 *
 * <p>One thread uses an instance.
 */
public final class ArrowFileReader implements AutoCloseable {
    private static final int MAX_READ = 1 << 30;

    private final Path file;
    private final long expectedLength;
    private final List<Column> columns;
    private final FileChannel channel;

    /** @param expectedLength the length that the manifest knows */
    public ArrowFileReader(Path file, long expectedLength, List<Column> columns) {
        this.file = file;
        this.expectedLength = expectedLength;
        this.columns = columns;
        boolean opened = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            if (channel.size() < expectedLength) {
                throw cutShort();
            }
            ByteBuffer head = ByteBuffer.allocate(ArrowFileWriter.MAGIC.length);
            read(head, 0);
            if (!Arrays.equals(head.array(), ArrowFileWriter.MAGIC)) {
                throw corrupted("it is not an Arrow file");
            }
            opened = true;
        } catch (IOException e) {
            throw new PgError(SqlState.IO_ERROR, "could not open table file \"" + file + "\": " + e.getMessage(), e);
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    /**
     * One column of a batch: addresses in memory.
     *
     * @param validity 0 if no row is NULL
     * @param offsets  0 unless VARIABLE
     */
    public record ColumnData(PgType type, long validity, long offsets, long data) {
        public boolean isNull(int row) {
            return validity != 0 && (OffHeap.getByte(validity + (row >> 3)) >> (row & 7) & 1) == 0;
        }
    }

    /**
     * Reads columns of a batch and checks them.
     *
     * @param wanted indexes of the columns
     * @param into   grows to the batch's size; what is returned is there until it is used for something else
     * @return one for each of the table's columns; null for those not wanted
     */
    public ColumnData[] batch(BatchBlock block, int[] wanted, OffHeap.Buffer into) {
        if (block.offset() < 8 || block.metadataLength() < 16 || block.bodyLength() < 0 || block.rows() < 0
                || block.end() > expectedLength || block.end() < block.offset()) {
            throw corrupted("a batch at offset " + block.offset() + " does not lie inside it");
        }
        try {
            ByteBuffer flat = ByteBuffer.allocate(block.metadataLength() - 8).order(ByteOrder.LITTLE_ENDIAN);
            read(flat, block.offset() + 8);
            Message message = Message.getRootAsMessage(flat.flip());
            if (message.headerType() != MessageHeader.RecordBatch) {
                throw corrupted("no record batch at offset " + block.offset());
            }
            RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
            if (batch.length() != block.rows() || batch.nodesLength() != columns.size()) {
                throw corrupted("the batch at offset " + block.offset() + " has other rows or columns than the table");
            }
            // Each buffer at its place in the body
            into.ensure(block.bodyLength(), 0);
            int[] first = firstBuffers(columns);
            ColumnData[] result = new ColumnData[columns.size()];
            for (int i : wanted) {
                result[i] = column(batch, i, first[i], block, into);
            }
            return result;
        } catch (IndexOutOfBoundsException | NullPointerException | ClassCastException e) {
            throw corrupted("the batch at offset " + block.offset() + " cannot be read");
        } catch (IOException e) {
            throw new PgError(SqlState.IO_ERROR, "could not read table file \"" + file + "\": " + e.getMessage(), e);
        }
    }

    /** Where in the file the data of a fixed-width column of a batch begins. */
    public static long dataOffset(FileChannel channel, BatchBlock block, List<Column> columns, int column) throws IOException {
        Message message = Message.getRootAsMessage(read(channel, block.offset() + 8, block.metadataLength() - 8));
        RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
        return block.offset() + block.metadataLength() + batch.buffers(firstBuffers(columns)[column] + 1).offset();
    }

    private static int[] firstBuffers(List<Column> columns) {
        int[] first = new int[columns.size()];
        for (int i = 1; i < first.length; i++) {
            first[i] = first[i - 1] + (columns.get(i - 1).type().storage() == PgType.Storage.VARIABLE ? 3 : 2);
        }
        return first;
    }

    private ColumnData column(RecordBatch batch, int index, int first, BatchBlock block, OffHeap.Buffer into) throws IOException {
        PgType type = columns.get(index).type();
        PgType.Storage storage = type.storage();
        int rows = block.rows();
        int n = first;
        long validity = batch.nodes(index).nullCount() == 0 ? 0 : buffer(batch, n, block, into, (rows + 7L) / 8);
        n++;
        long offsets = 0;
        long data;
        if (storage == PgType.Storage.VARIABLE) {
            offsets = buffer(batch, n++, block, into, 4L * (rows + 1L));
            data = buffer(batch, n, block, into, 0);
            checkOffsets(offsets, rows, batch.buffers(n).length(), block);
        } else {
            data = buffer(batch, n, block, into, storage == PgType.Storage.BIT ? (rows + 7L) / 8 : (long) rows * storage.width());
        }
        return new ColumnData(type, validity, offsets, data);
    }

    /** What a batch's own message says: where the batch ends, its rows, and what was found when it was written. */
    public record BatchHead(BatchBlock block, BatchStatistics statistics) {
    }

    /** Reads the message of the batch that begins at {@code offset}. */
    public static BatchHead headAt(FileChannel channel, long offset) throws IOException {
        ByteBuffer prefix = read(channel, offset, 8);
        int length = prefix.getInt(4);
        Message message = Message.getRootAsMessage(read(channel, offset + 8, length));
        RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
        KeyValue statistics = message.customMetadata(0);
        return new BatchHead(new BatchBlock(offset, 8 + length, message.bodyLength(), Math.toIntExact(batch.length())),
                BatchStatistics.ofBytes(Base64.getDecoder().decode(statistics.value())));
    }

    private static ByteBuffer read(FileChannel channel, long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new IOException("unexpected end of file at byte " + (offset + buffer.position()));
            }
        }
        return buffer.flip();
    }

    private long buffer(RecordBatch batch, int index, BatchBlock block, OffHeap.Buffer into, long atLeast) throws IOException {
        Buffer buffer = batch.buffers(index);
        if (buffer.offset() < 0 || buffer.length() < atLeast || buffer.offset() > block.bodyLength()
                || buffer.length() > block.bodyLength() - buffer.offset()) {
            throw corrupted("a buffer of the batch at offset " + block.offset() + " does not lie inside it");
        }
        long body = block.offset() + block.metadataLength();
        for (long at = buffer.offset(), end = at + buffer.length(); at < end; at += MAX_READ) {
            read(into.segment().asSlice(at, Math.min(end - at, MAX_READ)).asByteBuffer(), body + at);
        }
        return into.address() + buffer.offset();
    }

    /** Fills {@code target} from its position on. */
    private void read(ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int n = channel.read(target, at);
            if (n < 0) {
                throw cutShort();
            }
            at += n;
        }
    }

    /** Offsets must rise and stay inside the data: checked once a batch, so that the loops need not. */
    private void checkOffsets(long offsets, int rows, long dataLength, BatchBlock block) {
        int before = OffHeap.getInt(offsets);
        int bad = before;
        for (int i = 1; i <= rows; i++) {
            int next = OffHeap.getInt(offsets + 4L * i);
            // The sign of each, too: a difference alone may wrap round
            bad |= next | next - before;
            before = next;
        }
        if (bad < 0 || before > dataLength) {
            throw corrupted("the offsets of the batch at offset " + block.offset() + " are wrong");
        }
    }

    private PgError cutShort() throws IOException {
        return corrupted("it is " + channel.size() + " bytes long, the manifest says " + expectedLength);
    }

    private PgError corrupted(String why) {
        return new PgError(SqlState.DATA_CORRUPTED, "table file \"" + file + "\" is damaged: " + why)
                .withHint("The file was changed or cut short by something other than this engine."
                        + " TRUNCATE or DROP the table and load it again.");
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new PgError(SqlState.IO_ERROR, "could not close table file \"" + file + "\": " + e.getMessage(), e);
        }
    }
}
