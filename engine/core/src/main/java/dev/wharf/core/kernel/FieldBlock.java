package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getInt;
import static dev.wharf.core.memory.OffHeap.getLong;
import static dev.wharf.core.memory.OffHeap.putLong;

import dev.wharf.core.csv.CopyReadAttributes;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.Swar;
import dev.wharf.core.memory.OffHeap;
import java.util.Arrays;

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

    private static final int UNUSUAL = -1;

    private final byte quote;
    /** Whether a quote inside quotes is written twice. */
    private final boolean doubledQuotes;
    private final byte[] nullPrint;
    private final boolean crnl;
    private final int fields;
    private final CopyReadAttributes attributes;
    /** Where fields with escapes lie after these were undone. */
    private final OffHeap.Buffer unescaped = new OffHeap.Buffer(4096);

    private long base;
    private long positions;
    private boolean quoted;
    private final int[] irregularStarts;
    private int[] irregularRows = new int[256];

    int rows;
    boolean ascii;
    long[] starts = new long[1024];
    int[] lengths = new int[1024];
    /** Bytes of the resolved column, at most. */
    long bytes;

    public FieldBlock(CsvDialect dialect, int fields) {
        this.fields = fields;
        quote = dialect.quote();
        doubledQuotes = dialect.escapeIsQuote();
        nullPrint = dialect.nullPrint();
        crnl = dialect.eol() == CsvDialect.Eol.CRNL;
        attributes = new CopyReadAttributes(dialect);
        irregularStarts = new int[fields + 2];
    }

    /**
     * @param positions address of the index's positions; the entry before them is -1
     */
    public void set(long base, long positions, int rows, boolean ascii) {
        this.base = base;
        this.positions = positions;
        this.rows = rows;
        this.ascii = ascii;
        quoted = false;
        Arrays.fill(irregularStarts, 0);
        if (starts.length < rows) {
            starts = new long[Math.max(rows, starts.length * 2)];
            lengths = new int[starts.length];
        }
    }

    /**
     * Says that the block has quotes, and sorts the index's list of irregular fields by column: {@link #irregularRows} from
     * {@code irregularStarts[c]} to {@code irregularStarts[c + 1]}.
     *
     * @param count entries; those beyond the block's rows are left out
     */
    public void setQuoted(long irregular, int count) {
        quoted = true;
        int end = rows * fields;
        int n = count;
        while (n > 0 && getInt(irregular + 4L * (n - 1)) >= end) {
            n--;
        }
        if (irregularRows.length < n) {
            irregularRows = new int[Math.max(n, irregularRows.length * 2)];
        }
        for (int i = 0; i < n; i++) {
            irregularStarts[getInt(irregular + 4L * i) % fields + 2]++;
        }
        for (int c = 2; c < irregularStarts.length; c++) {
            irregularStarts[c] += irregularStarts[c - 1];
        }
        // Placing an entry moves its column's start on, which was kept one to the right and so ends up in its own place.
        for (int i = 0; i < n; i++) {
            int field = getInt(irregular + 4L * i);
            irregularRows[irregularStarts[field % fields + 1]++] = field / fields;
        }
    }

    public int rows() {
        return rows;
    }

    /** Fills {@link #starts}, {@link #lengths} and {@link #bytes} for one column and returns the number of NULLs. */
    int resolve(int field) {
        // A \r\n file's last field ends one byte before its row end's position.
        int adjust = crnl && field == fields - 1 ? 1 : 0;
        if (!quoted) {
            return resolvePlain(field, adjust);
        }
        int nulls = resolveQuoted(field, adjust);
        if (irregularStarts[field + 1] > irregularStarts[field]) {
            unquote(field, adjust);
        }
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

    /** The same, where a field that begins with a quote loses the one at each end. */
    private int resolveQuoted(int field, int adjust) {
        long[] to = starts;
        int[] toLengths = lengths;
        long at = positions + 4L * field;
        long step = 4L * fields;
        int nullLength = nullPrint.length;
        int nulls = 0;
        long sum = 0;
        for (int r = 0; r < rows; r++, at += step) {
            long start = base + getInt(at - 4) + 1;
            int length = (int) (base + getInt(at) - adjust - start);
            sum += length;
            if (length >= 2 && getByte(start) == quote) {
                start++;
                length -= 2;
            } else if (length == nullLength && isNull(start, length)) {
                length = NULL;
                nulls++;
            }
            to[r] = start;
            toLengths[r] = length;
        }
        bytes = sum;
        return nulls;
    }

    /** Does the column's irregular fields again, exactly. */
    private void unquote(int field, int adjust) {
        int scratch = 0;
        for (int i = irregularStarts[field]; i < irregularStarts[field + 1]; i++) {
            int r = irregularRows[i];
            if (lengths[r] == NULL) {
                // No quote in it, only an escape that is part of the NULL string
                continue;
            }
            long at = positions + 4L * ((long) r * fields + field);
            long start = base + getInt(at - 4) + 1;
            int length = (int) (base + getInt(at) - adjust - start);
            long before = unescaped.address();
            // Never longer than it is written
            unescaped.ensure(scratch + (long) length, scratch);
            if (unescaped.address() != before) {
                move(before, scratch, unescaped.address());
            }
            starts[r] = unescaped.address() + scratch;
            lengths[r] = doubledQuotes ? halve(start, length, starts[r]) : UNUSUAL;
            if (lengths[r] == UNUSUAL) {
                attributes.single(start, length);
                lengths[r] = attributes.length(0);
                OffHeap.copy(attributes.bytes(), 0, starts[r], lengths[r]);
            }
            scratch += lengths[r];
        }
    }

    /**
     * Copies what is between a field's first and last byte, two quotes becoming one; {@link #UNUSUAL} if these two are not
     * quotes, or one inside stands alone. Eight bytes a step: may read and write so many too many.
     */
    private int halve(long start, int length, long target) {
        if (length < 2 || getByte(start) != quote || getByte(start + length - 1) != quote) {
            return UNUSUAL;
        }
        long quotes = Swar.broadcast(quote);
        long end = start + length - 1;
        long from = start + 1;
        long to = target;
        while (from < end) {
            long word = getLong(from);
            putLong(to, word);
            int plain = Long.numberOfTrailingZeros(Swar.equal(word, quotes)) >>> 3;
            if (plain == Long.BYTES || from + plain >= end) {
                int step = (int) Math.min(plain, end - from);
                from += step;
                to += step;
            } else if (from + plain + 1 < end && getByte(from + plain + 1) == quote) {
                from += plain + 2;
                to += plain + 1;
            } else {
                return UNUSUAL;
            }
        }
        return (int) (to - target);
    }

    /** The unescaped bytes moved: so do the rows that lie in them. */
    private void move(long from, int used, long to) {
        for (int r = 0; r < rows; r++) {
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
