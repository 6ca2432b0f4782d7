package dev.wharf.core.arrow;

import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.catalog.BatchStatistics;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.PgType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Maps one of a table's Arrow files and checks a batch before it hands out addresses: after {@link #batch} every row's
 * bytes are known to lie inside the file. A file that was cut short or altered gives 58030 or XX001 with its name.
 *
 * <p>One thread uses an instance; its mapping goes with {@link #close()}.
 */
public final class ArrowFileReader implements AutoCloseable {
    private final Path file;
    private final List<Column> columns;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment mapping;

    /** @param expectedLength the length that the manifest knows */
    public ArrowFileReader(Path file, long expectedLength, List<Column> columns) {
        this.file = file;
        this.columns = columns;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < expectedLength) {
                throw corrupted("it is " + channel.size() + " bytes long, the manifest says " + expectedLength);
            }
            mapping = channel.map(FileChannel.MapMode.READ_ONLY, 0, expectedLength, arena);
        } catch (IOException e) {
            arena.close();
            throw new PgError(SqlState.IO_ERROR, "could not open table file \"" + file + "\": " + e.getMessage(), e);
        } catch (PgError e) {
            arena.close();
            throw e;
        }
        for (int i = 0; i < ArrowFileWriter.MAGIC.length; i++) {
            if (mapping.byteSize() < 64 || OffHeap.getByte(mapping.address() + i) != ArrowFileWriter.MAGIC[i]) {
                arena.close();
                throw corrupted("it is not an Arrow file");
            }
        }
    }

    /**
     * One column of a batch: addresses into the mapping.
     *
     * @param validity 0 if no row is NULL
     * @param offsets  0 unless VARIABLE
     */
    public record ColumnData(PgType type, long validity, long offsets, long data) {
        public boolean isNull(int row) {
            return validity != 0 && (OffHeap.getByte(validity + (row >> 3)) >> (row & 7) & 1) == 0;
        }
    }

    /** The columns of a batch, checked. */
    public ColumnData[] batch(BatchBlock block) {
        if (block.offset() < 8 || block.metadataLength() < 16 || block.bodyLength() < 0 || block.rows() < 0
                || block.end() > mapping.byteSize() || block.end() < block.offset()) {
            throw corrupted("a batch at offset " + block.offset() + " does not lie inside it");
        }
        try {
            ByteBuffer flat = mapping.asSlice(block.offset() + 8, block.metadataLength() - 8L).asByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN);
            Message message = Message.getRootAsMessage(flat);
            if (message.headerType() != MessageHeader.RecordBatch) {
                throw corrupted("no record batch at offset " + block.offset());
            }
            RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
            if (batch.length() != block.rows() || batch.nodesLength() != columns.size()) {
                throw corrupted("the batch at offset " + block.offset() + " has other rows or columns than the table");
            }
            ColumnData[] result = new ColumnData[columns.size()];
            long body = block.offset() + block.metadataLength();
            int n = 0;
            for (int i = 0; i < result.length; i++) {
                PgType type = columns.get(i).type();
                PgType.Storage storage = type.storage();
                int rows = block.rows();
                long validity = batch.nodes(i).nullCount() == 0 ? 0 : buffer(batch, n, block, body, (rows + 7L) / 8);
                n++;
                long offsets = 0;
                long data;
                if (storage == PgType.Storage.VARIABLE) {
                    offsets = buffer(batch, n++, block, body, 4L * (rows + 1L));
                    data = buffer(batch, n, block, body, 0);
                    checkOffsets(offsets, rows, batch.buffers(n++).length(), block);
                } else {
                    data = buffer(batch, n++, block, body,
                            storage == PgType.Storage.BIT ? (rows + 7L) / 8 : (long) rows * storage.width());
                }
                result[i] = new ColumnData(type, validity, offsets, data);
            }
            return result;
        } catch (IndexOutOfBoundsException | NullPointerException | ClassCastException e) {
            throw corrupted("the batch at offset " + block.offset() + " cannot be read");
        }
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

    private long buffer(RecordBatch batch, int index, BatchBlock block, long body, long atLeast) {
        Buffer buffer = batch.buffers(index);
        if (buffer.offset() < 0 || buffer.length() < atLeast || buffer.offset() > block.bodyLength()
                || buffer.length() > block.bodyLength() - buffer.offset()) {
            throw corrupted("a buffer of the batch at offset " + block.offset() + " does not lie inside it");
        }
        return mapping.address() + body + buffer.offset();
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

    private PgError corrupted(String why) {
        return new PgError(SqlState.DATA_CORRUPTED, "table file \"" + file + "\" is damaged: " + why)
                .withHint("The file was changed or cut short by something other than this engine."
                        + " TRUNCATE or DROP the table and load it again.");
    }

    @Override
    public void close() {
        arena.close();
    }
}
