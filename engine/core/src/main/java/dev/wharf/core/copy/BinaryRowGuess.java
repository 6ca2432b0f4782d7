package dev.wharf.core.copy;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.PgType;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Guesses where in a file of the binary format a row begins: where the next rows have the right number of fields, of lengths that
 * their types can have. Not thread-safe.
 */
final class BinaryRowGuess implements AutoCloseable {
    private static final int STEP = 64 << 10;
    /** Rows that must look like rows, unless the file ends before. */
    private static final int ROWS = 8;
    private static final int NONE = -1;

    private final CopySource source;
    private final BooleanSupplier cancelled;
    /** Of each field that has only one length; else -1. */
    private final int[] widths;
    private final OffHeap.Buffer text = new OffHeap.Buffer(STEP);
    private final OffHeap.Buffer far = new OffHeap.Buffer(Long.BYTES);
    private long textStart;
    private int textLength;

    BinaryRowGuess(CopyJob job, CopySource source, BooleanSupplier cancelled) {
        this.source = source;
        this.cancelled = cancelled;
        List<Column> columns = job.relation().columns();
        widths = new int[job.attributes().length];
        for (int i = 0; i < widths.length; i++) {
            PgType type = columns.get(job.attributes()[i]).type();
            widths[i] = switch (type.storage()) {
                case BIT -> 1;
                case VARIABLE -> NONE;
                default -> type.kind() == PgType.Kind.NUMERIC ? NONE : type.storage().width();
            };
        }
    }

    /** The first offset behind {@code start}, up to {@code end}, where a row seems to begin; {@link ChunkLoader#NONE}. */
    long first(long start, long end) {
        short count = Short.reverseBytes((short) widths.length);
        long last = Math.min(end, source.size() - Short.BYTES);
        for (textStart = start + 1; textStart <= last; textStart += STEP) {
            if (cancelled.getAsBoolean()) {
                throw new ChunkLoader.CancelledException();
            }
            textLength = (int) Math.min(STEP, source.size() - textStart);
            source.read(text.segment().asSlice(0, textLength), textStart);
            int candidates = (int) Math.min(textLength, last - textStart + 1);
            for (int i = 0; i < candidates; i++) {
                // At the block's end the second byte is in the next one
                if (OffHeap.getByte(text.address() + i) == (byte) count && number(textStart + i, Short.BYTES) == widths.length
                        && looksLikeRows(textStart + i)) {
                    return textStart + i;
                }
            }
        }
        return ChunkLoader.NONE;
    }

    private boolean looksLikeRows(long row) {
        long at = row;
        for (int n = 0; n < ROWS; n++) {
            if (at + Short.BYTES > source.size()) {
                return n > 0 && at == source.size();
            }
            int count = number(at, Short.BYTES);
            at += Short.BYTES;
            if (count == NONE && at == source.size()) {
                return n > 0;
            }
            if (count != widths.length) {
                return false;
            }
            for (int width : widths) {
                if (at + Integer.BYTES > source.size()) {
                    return false;
                }
                int length = number(at, Integer.BYTES);
                if (length < NONE || length != NONE && width != NONE && length != width) {
                    return false;
                }
                at += Integer.BYTES + Math.max(length, 0);
            }
        }
        return at <= source.size();
    }

    /** The number in two or four bytes of the file. */
    private int number(long at, int width) {
        long address = text.address() + at - textStart;
        if (at + width > textStart + textLength) {
            source.read(far.segment().asSlice(0, width), at);
            address = far.address();
        }
        return width == Short.BYTES ? Short.reverseBytes(OffHeap.getShort(address))
                : Integer.reverseBytes(OffHeap.getInt(address));
    }

    @Override
    public void close() {
        text.close();
        far.close();
    }
}
