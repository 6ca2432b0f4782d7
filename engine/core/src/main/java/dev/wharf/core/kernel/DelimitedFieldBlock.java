package dev.wharf.core.kernel;

import static dev.wharf.core.memory.OffHeap.getByte;
import static dev.wharf.core.memory.OffHeap.getInt;

import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.CopyReadAttributes;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.csv.TextDialect;
import dev.wharf.core.error.PgError;
import dev.wharf.core.memory.OffHeap;
import java.util.Arrays;

/**
 * A block of text with its structural index. Field {@code c} of row {@code r} lies behind position
 * {@code r * fields + c - 1} and ends at position {@code r * fields + c}; the entry before the first position is -1, so that
 * this holds for the first field too.
 *
 * <p>What {@link #resolve} lays out has no quotes any more, and no escapes.
 */
public abstract sealed class DelimitedFieldBlock extends FieldBlock permits CsvFieldBlock, TextFieldBlock {
    /** The length of no field. */
    private static final int NEVER = -2;

    final byte[] nullPrint;
    private final byte[] defaultPrint;
    private final ForceFlags force;
    private final boolean crnl;
    final int fields;
    private final CopyReadAttributes attributes;
    /** Where fields with escapes lie after these were undone. */
    private final OffHeap.Buffer unescaped = new OffHeap.Buffer(4096);

    long base;
    long positions;
    private boolean quoted;
    private boolean asciiBlock;
    private final int[] irregularStarts;
    private int[] irregularRows = new int[256];

    protected DelimitedFieldBlock(CopyDialect dialect, int fields, ForceFlags force) {
        this.fields = fields;
        this.force = force;
        nullPrint = dialect.nullPrint();
        defaultPrint = dialect.defaultPrint();
        crnl = dialect.eol() == CopyDialect.Eol.CRNL;
        // A field that is the DEFAULT string does not get that far.
        attributes = CopyReadAttributes.of(dialect, _ -> { });
        irregularStarts = new int[fields + 2];
    }

    public static DelimitedFieldBlock of(CopyDialect dialect, int fields, ForceFlags force) {
        return switch (dialect) {
            case CsvDialect csv -> new CsvFieldBlock(csv, fields, force);
            case TextDialect text -> new TextFieldBlock(text, fields, force);
        };
    }

    /**
     * @param positions address of the index's positions; the entry before them is -1
     */
    public void set(long base, long positions, int rows, boolean ascii) {
        this.base = base;
        this.positions = positions;
        begin(rows);
        asciiBlock = ascii;
        quoted = false;
        Arrays.fill(irregularStarts, 0);
    }

    /**
     * Says that the block has quotes or escapes, and sorts the index's list of irregular fields by column:
     * {@link #irregularRows} from {@code irregularStarts[c]} to {@code irregularStarts[c + 1]}.
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

    @Override
    final int resolve(int field) {
        // A \r\n file's last field ends one byte before its row end's position.
        int adjust = crnl && field == fields - 1 ? 1 : 0;
        ascii = asciiBlock;
        if (defaultPrint != null && hasDefault(field, adjust)) {
            return UNUSUAL;
        }
        int nullLength = force.notNull(field) ? NEVER : nullPrint.length;
        if (!quoted) {
            return resolvePlain(field, adjust, nullLength);
        }
        int nulls = resolveQuoted(field, adjust, nullLength);
        if (irregularStarts[field + 1] > irregularStarts[field] && !unescape(field, adjust)) {
            return UNUSUAL;
        }
        return force.isNull(field) ? nulls + forceNull(field, adjust) : nulls;
    }

    private boolean hasDefault(int field, int adjust) {
        boolean found = false;
        for (int r = 0; r < rows; r++) {
            long start = start(field, r);
            int length = (int) (end(field, r) - adjust - start);
            found |= length == defaultPrint.length && isMarker(start, defaultPrint);
        }
        return found;
    }

    /** Makes NULL of the fields in quotes that are the NULL string without them, and returns how many. */
    private int forceNull(int field, int adjust) {
        int nulls = 0;
        for (int r = 0; r < rows; r++) {
            int length = lengths[r];
            if (length == nullPrint.length && end(field, r) - adjust - start(field, r) != length
                    && isMarker(starts[r], nullPrint)) {
                lengths[r] = NULL;
                nulls++;
            }
        }
        return nulls;
    }

    /** Address of a field as it is written, with its quotes. */
    private long start(int field, int row) {
        return base + getInt(positions + 4L * ((long) row * fields + field) - 4) + 1;
    }

    /** Address of the byte that ends it. */
    private long end(int field, int row) {
        return base + getInt(positions + 4L * ((long) row * fields + field));
    }

    /** Every field as it is written. */
    final int resolvePlain(int field, int adjust, int nullLength) {
        long[] to = starts;
        int[] toLengths = lengths;
        long at = positions + 4L * field;
        long step = 4L * fields;
        int nulls = 0;
        long sum = 0;
        for (int r = 0; r < rows; r++, at += step) {
            int start = getInt(at - 4) + 1;
            int length = getInt(at) - adjust - start;
            to[r] = base + start;
            sum += length;
            if (length == nullLength && (nullLength == 0 || isMarker(base + start, nullPrint))) {
                length = NULL;
                nulls++;
            }
            toLengths[r] = length;
        }
        bytes = sum;
        return nulls;
    }

    /** The same for a block with quotes or escapes; of fields that are irregular only whether they are NULL must be right. */
    abstract int resolveQuoted(int field, int adjust, int nullLength);

    /**
     * Writes what an irregular field means; may read and write up to eight bytes too many.
     *
     * @return the bytes written, or {@link #UNUSUAL}
     */
    abstract int unescape(long start, int length, long target);

    /** Does the column's irregular fields again, exactly. False if there is one that is an error. */
    private boolean unescape(int field, int adjust) {
        int scratch = 0;
        for (int i = irregularStarts[field]; i < irregularStarts[field + 1]; i++) {
            int r = irregularRows[i];
            if (lengths[r] == NULL) {
                // No quote in it, only an escape that is part of the NULL string
                continue;
            }
            long start = start(field, r);
            int length = (int) (end(field, r) - adjust - start);
            long before = unescaped.address();
            // Never longer than it is written
            unescaped.ensure(scratch + (long) length, scratch);
            if (unescaped.address() != before) {
                move(before, scratch, unescaped.address());
            }
            starts[r] = unescaped.address() + scratch;
            lengths[r] = unescape(start, length, starts[r]);
            if (lengths[r] == UNUSUAL && !readExactly(r, start, length)) {
                return false;
            }
            scratch += lengths[r];
        }
        return true;
    }

    private boolean readExactly(int row, long start, int length) {
        try {
            attributes.single(start, length);
        } catch (PgError e) {
            return false;
        }
        lengths[row] = attributes.length(0);
        byte[] bytes = attributes.bytes();
        // Escapes may stand for more than ASCII
        for (int i = 0; ascii && i < lengths[row]; i++) {
            ascii = bytes[i] >= 0;
        }
        OffHeap.copy(bytes, 0, starts[row], lengths[row]);
        return true;
    }

    /** The unescaped bytes moved: so do the rows that lie in them. */
    private void move(long from, int used, long to) {
        for (int r = 0; r < rows; r++) {
            if (starts[r] >= from && starts[r] < from + used) {
                starts[r] += to - from;
            }
        }
    }

    /** Whether a field of the marker's length is that. */
    static boolean isMarker(long start, byte[] marker) {
        for (int i = 0; i < marker.length; i++) {
            if (getByte(start + i) != marker[i]) {
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
