package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getInt;

import dev.wharf.core.csv.CopyReadAttributes;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.memory.OffHeap;

/**
 * A block of whole rows with their structural index, every row with the same number of fields: what the column kernels work
 * on. Field {@code c} of row {@code r} lies behind position {@code r * fields + c - 1} and ends at position
 * {@code r * fields + c}; the entry before the first position is -1, so that this holds for the first field too.
 *
 * <p>{@link #resolve} lays one column's fields out as addresses and lengths: quotes are gone, escapes undone, NULL is
 * {@link #NULL}. So a kernel sees bare values only.
 *
 * <p>Mutable and reused from block to block. Not thread-safe.
 */
public final class FieldBlock implements AutoCloseable {
    /** The length of a NULL. */
    static final int NULL = -1;

    private final byte quote;
    private final byte[] nullPrint;
    private final boolean crnl;
    private final int fields;
    private final CopyReadAttributes attributes;
    /** Where fields with escapes lie after these were undone. */
    private final OffHeap.Buffer unescaped = new OffHeap.Buffer(4096);

    private long base;
    private long positions;
    private long specials;

    int rows;
    boolean ascii;
    long[] starts = new long[1024];
    int[] lengths = new int[1024];
    /** Bytes of the resolved column. */
    long bytes;

    public FieldBlock(CsvDialect dialect, int fields) {
        this.fields = fields;
        quote = dialect.quote();
        nullPrint = dialect.nullPrint();
        crnl = dialect.eol() == CsvDialect.Eol.CRNL;
        attributes = new CopyReadAttributes(dialect);
    }

    /**
     * @param positions address of the index's positions; the entry before them is -1
     * @param specials  the same for the counts of quotes, the entry before them 0; 0 where the block has no quotes
     */
    public void set(long base, long positions, long specials, int rows, boolean ascii) {
        this.base = base;
        this.positions = positions;
        this.specials = specials;
        this.rows = rows;
        this.ascii = ascii;
        if (starts.length < rows) {
            starts = new long[Math.max(rows, starts.length * 2)];
            lengths = new int[starts.length];
        }
    }

    public int rows() {
        return rows;
    }

    /** Fills {@link #starts}, {@link #lengths} and {@link #bytes} for one column and returns the number of NULLs. */
    int resolve(int field) {
        // A \r\n file's last field ends one byte before its row end's position.
        int adjust = crnl && field == fields - 1 ? 1 : 0;
        int nulls = specials == 0 ? resolvePlain(field, adjust) : resolveQuoted(field, adjust);
        return nulls;
    }

    private int resolvePlain(int field, int adjust) {
        long[] to = starts;
        int[] toLengths = lengths;
        long at = positions + 4L * field;
        long step = 4L * fields;
        int nullLength = nullPrint.length;
        int nulls = 0;
        long sum = 0;
        for (int r = 0; r < rows; r++, at += step) {
            int start = getInt(at - 4) + 1;
            int length = getInt(at) - adjust - start;
            to[r] = base + start;
            sum += length;
            if (length == nullLength && (nullLength == 0 || isNull(base + start, length))) {
                length = NULL;
                nulls++;
            }
            toLengths[r] = length;
        }
        bytes = sum;
        return nulls;
    }

    private int resolveQuoted(int field, int adjust) {
        int nullLength = nullPrint.length;
        int nulls = 0;
        long sum = 0;
        int scratch = 0;
        for (int r = 0; r < rows; r++) {
            long i = 4L * ((long) r * fields + field);
            long start = base + getInt(positions + i - 4) + 1;
            int length = (int) (base + getInt(positions + i) - adjust - start);
            int quotes = getInt(specials + i) - getInt(specials + i - 4);
            if (quotes == 0) {
                if (length == nullLength && isNull(start, length)) {
                    length = NULL;
                    nulls++;
                }
            } else if (quotes == 2 && length >= 2 && getByte(start) == quote && getByte(start + length - 1) == quote) {
                start++;
                length -= 2;
            } else {
                attributes.single(start, length);
                if (attributes.isNull(0)) {
                    // Only a lone escape byte outside quotes, where ESCAPE is not QUOTE, comes here without being quoted.
                    length = NULL;
                    nulls++;
                } else {
                    length = attributes.length(0);
                    long before = unescaped.address();
                    unescaped.ensure(scratch + (long) length, scratch);
                    if (unescaped.address() != before) {
                        move(r, before, scratch, unescaped.address());
                    }
                    start = unescaped.address() + scratch;
                    OffHeap.copy(attributes.bytes(), 0, start, length);
                    scratch += length;
                }
            }
            starts[r] = start;
            lengths[r] = length;
            sum += Math.max(length, 0);
        }
        bytes = sum;
        return nulls;
    }

    /** The unescaped bytes moved: so do the rows before {@code end} that lie in them. */
    private void move(int end, long from, int used, long to) {
        for (int r = 0; r < end; r++) {
            if (starts[r] >= from && starts[r] < from + used) {
                starts[r] += to - from;
            }
        }
    }

    private boolean isNull(long start, int length) {
        for (int i = 0; i < length; i++) {
            if (getByte(start + i) != nullPrint[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        unescaped.close();
    }
}
