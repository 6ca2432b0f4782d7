package dev.wharf.core.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.catalog.BatchStatistics;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.ColumnStatistics;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.PgType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Writes one Arrow IPC file.
 *
 * <pre>
 *   0        "ARROW1\0\0"
 *   8        schema message, padded up to a multiple of 64
 *   ...      record batches: message padded to 64, then each buffer padded to 64
 *   ...      end-of-stream mark, footer (schema, blocks), int32 length of the footer, "ARROW1"
 * </pre>
 *
 * Buffers go from the builders straight to the file with pwrite: a store into a fresh mapping would take a page fault a
 * page, at half the speed. The footer is written apart ({@link #finish}), by whoever publishes the file: it lists the
 * batches that count, so a batch that was written for a task that another process did again is just a gap. Not thread-safe.
 */
public final class ArrowFileWriter implements AutoCloseable {
    static final byte[] MAGIC = {'A', 'R', 'R', 'O', 'W', '1'};
    static final int ALIGNMENT = 64;
    /** The key in a record batch's metadata whose value is its {@link BatchStatistics}, in Base64. */
    static final String STATISTICS = "wharf.statistics";
    /** The magic, padded. */
    private static final int HEAD_LENGTH = 8;

    private final List<Column> columns;
    private final ColumnBounds[] bounds;
    private final FileChannel channel;
    private final FlatBufferBuilder builder = new FlatBufferBuilder(4096);
    private final OffHeap.Buffer metadata = new OffHeap.Buffer(4096);
    private long end;

    /**
     * Creates the file, which must not exist, and writes its head.
     *
     * @param later columns whose values will be entered later: nothing is said of what they hold now
     */
    public ArrowFileWriter(Path file, List<Column> columns, boolean[] later) throws IOException {
        this.columns = columns;
        bounds = new ColumnBounds[columns.size()];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = later[i] ? ColumnBounds.none() : ColumnBounds.of(columns.get(i).type());
        }
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        int header = ArrowSchema.write(builder, columns);
        ByteBuffer message = message(header, MessageHeader.Schema, 0, 0, HEAD_LENGTH, 0);
        ByteBuffer head = ByteBuffer.allocate(HEAD_LENGTH + message.remaining());
        head.put(MAGIC).position(HEAD_LENGTH);
        head.put(message).flip();
        end = head.remaining();
        writeFully(head, 0);
    }

    /**
     * Appends the builders' rows as one record batch and returns where it is. The builders are left as they are.
     *
     * <p>The message stands before the buffers and says what was found in them. So room is kept for the longest that it can be,
     * and it is written last; a column is looked through just before it is written, and so read from memory once.
     */
    public BatchBlock append(ColumnBuilder[] builders) throws IOException {
        int rows = builders[0].rows();
        long bodyLength = 0;
        int bufferCount = 0;
        for (ColumnBuilder column : builders) {
            bufferCount += column.storage() == PgType.Storage.VARIABLE ? 3 : 2;
        }
        long[] offsets = new long[bufferCount];
        long[] lengths = new long[bufferCount];
        int n = 0;
        for (ColumnBuilder column : builders) {
            lengths[n++] = column.nullCount() == 0 ? 0 : (rows + 7L) / 8;
            if (column.storage() == PgType.Storage.VARIABLE) {
                lengths[n++] = 4L * (rows + 1);
            }
            lengths[n++] = column.dataLength();
        }
        for (int i = 0; i < bufferCount; i++) {
            offsets[i] = bodyLength;
            bodyLength += align(lengths[i]);
        }
        byte[] longest = new byte[BatchStatistics.maxLength(builders.length)];
        int metadataLength = recordBatch(builders, offsets, lengths, bodyLength, longest, 0).remaining();

        long start = end;
        long body = start + metadataLength;
        List<ColumnStatistics> statistics = new ArrayList<>();
        n = 0;
        for (int i = 0; i < builders.length; i++) {
            ColumnBuilder column = builders[i];
            statistics.add(bounds[i].collect(column));
            if (column.nullCount() > 0) {
                writePadded(column.validity(), lengths[n], body + offsets[n]);
            }
            n++;
            if (column.storage() == PgType.Storage.VARIABLE) {
                writePadded(column.offsets(), lengths[n], body + offsets[n]);
                n++;
            }
            writePadded(column.data(), lengths[n], body + offsets[n]);
            n++;
        }
        ByteBuffer message = recordBatch(builders, offsets, lengths, bodyLength, BatchStatistics.of(statistics).bytes(),
                metadataLength);
        if (message.remaining() != metadataLength) {
            throw new IllegalStateException("a message of " + message.remaining() + " bytes where "
                    + metadataLength + " are kept");
        }
        metadata.ensure(metadataLength, 0);
        OffHeap.copy(message.array(), message.arrayOffset() + message.position(), metadata.address(), metadataLength);
        writeFully(metadata.segment().asSlice(0, metadataLength), start);
        end = body + bodyLength;
        return new BatchBlock(start, metadataLength, bodyLength, rows);
    }

    private ByteBuffer recordBatch(ColumnBuilder[] builders, long[] offsets, long[] lengths, long bodyLength, byte[] statistics,
                                   int atLeast) {
        builder.clear();
        int key = builder.createString(STATISTICS);
        int value = builder.createString(Base64.getEncoder().encodeToString(statistics));
        int custom = Message.createCustomMetadataVector(builder, new int[] {KeyValue.createKeyValue(builder, key, value)});
        RecordBatch.startBuffersVector(builder, offsets.length);
        for (int i = offsets.length - 1; i >= 0; i--) {
            Buffer.createBuffer(builder, offsets[i], lengths[i]);
        }
        int buffers = builder.endVector();
        int rows = builders[0].rows();
        RecordBatch.startNodesVector(builder, builders.length);
        for (int i = builders.length - 1; i >= 0; i--) {
            FieldNode.createFieldNode(builder, rows, builders[i].nullCount());
        }
        int nodes = builder.endVector();
        RecordBatch.startRecordBatch(builder);
        RecordBatch.addLength(builder, rows);
        RecordBatch.addNodes(builder, nodes);
        RecordBatch.addBuffers(builder, buffers);
        return message(RecordBatch.endRecordBatch(builder), MessageHeader.RecordBatch, bodyLength, custom, 0, atLeast);
    }

    /** Writes from the buffer itself, its slack zeroed up to the alignment: one call, no second one for the padding. */
    private void writePadded(OffHeap.Buffer buffer, long length, long position) throws IOException {
        long padded = align(length);
        buffer.ensure(padded, length);
        OffHeap.fill(buffer.address() + length, padded - length, (byte) 0);
        writeFully(buffer.segment().asSlice(0, padded), position);
    }

    private void writeFully(MemorySegment segment, long position) throws IOException {
        // A ByteBuffer counts in ints.
        long at = 0;
        while (at < segment.byteSize()) {
            long n = Math.min(segment.byteSize() - at, 1 << 30);
            writeFully(segment.asSlice(at, n).asByteBuffer(), position + at);
            at += n;
        }
    }

    private void writeFully(ByteBuffer buffer, long position) throws IOException {
        writeFully(channel, buffer, position);
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }

    /**
     * The encapsulated message: continuation mark, length, flatbuffer, padding up to the alignment.
     *
     * @param custom  the custom metadata, 0 for none
     * @param before  bytes between the last aligned offset and the message
     * @param atLeast the message is padded to this length, or to the next aligned offset
     */
    private ByteBuffer message(int header, byte headerType, long bodyLength, int custom, int before, int atLeast) {
        Message.startMessage(builder);
        Message.addHeaderType(builder, headerType);
        Message.addHeader(builder, header);
        Message.addVersion(builder, MetadataVersion.V5);
        Message.addBodyLength(builder, bodyLength);
        if (custom != 0) {
            Message.addCustomMetadata(builder, custom);
        }
        builder.finish(Message.endMessage(builder));
        ByteBuffer flat = builder.dataBuffer();
        int padded = Math.max(atLeast, (int) align(before + 8L + flat.remaining()) - before);
        ByteBuffer message = ByteBuffer.allocate(padded).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(-1).putInt(padded - 8).put(flat).position(0).limit(padded);
        return message;
    }

    /**
     * Completes a file with its footer.
     *
     * @param blocks the batches that count, in any order
     * @return the file's length
     */
    public static long finish(FileChannel channel, List<Column> columns, List<BatchBlock> blocks) throws IOException {
        long end = ALIGNMENT;
        for (BatchBlock block : blocks) {
            end = Math.max(end, block.end());
        }
        end = Math.max(end, align(channel.size()));
        FlatBufferBuilder b = new FlatBufferBuilder(4096);
        int schema = ArrowSchema.write(b, columns);
        Footer.startRecordBatchesVector(b, blocks.size());
        for (int i = blocks.size() - 1; i >= 0; i--) {
            BatchBlock block = blocks.get(i);
            Block.createBlock(b, block.offset(), block.metadataLength(), block.bodyLength());
        }
        int batches = b.endVector();
        Footer.startDictionariesVector(b, 0);
        int dictionaries = b.endVector();
        Footer.startFooter(b);
        Footer.addVersion(b, MetadataVersion.V5);
        Footer.addSchema(b, schema);
        Footer.addRecordBatches(b, batches);
        Footer.addDictionaries(b, dictionaries);
        b.finish(Footer.endFooter(b));
        ByteBuffer flat = b.dataBuffer();
        int length = flat.remaining();
        ByteBuffer tail = ByteBuffer.allocate(8 + length + 4 + MAGIC.length).order(ByteOrder.LITTLE_ENDIAN);
        tail.putInt(-1).putInt(0).put(flat).putInt(length).put(MAGIC).flip();
        int total = tail.remaining();
        writeFully(channel, tail, end);
        return end + total;
    }

    private static long align(long length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Closes the channel; what was written stays. */
    @Override
    public void close() throws IOException {
        channel.close();
        metadata.close();
    }
}
