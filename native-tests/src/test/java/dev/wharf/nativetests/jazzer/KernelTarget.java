package dev.wharf.nativetests.jazzer;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.copy.BlockConverter;
import dev.wharf.core.csv.CopyDialect.Eol;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.error.PgError;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextInput;
import dev.wharf.core.types.TextInputs;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What Jazzer calls with bytes: the first says which type, the rest are values, a line each. What a kernel converts, its type's
 * input function takes too, and makes the same of it.
 */
public final class KernelTarget {
    private static final int MAX_LENGTH = 4096;
    /** So that commas are in values. */
    private static final byte DELIMITER = 1;
    private static final CsvDialect CSV = new CsvDialect(DELIMITER, (byte) '"', (byte) '"', Eol.NL, new byte[0]);
    private static final OffHeap.Buffer TEXT = new OffHeap.Buffer(MAX_LENGTH + 2 * OffHeap.SLACK);
    private static final List<Pair> PAIRS = pairs();

    /** Both ways to fill a column. */
    private record Pair(BlockConverter converter, TextInput input, ColumnBuilder byInput) {
        static Pair of(PgType type) {
            Relation relation = new Relation(1, "t", List.of(new Column("a", type, false)), true);
            return new Pair(new BlockConverter(relation, new int[] {0}, CSV, ForceFlags.NONE, false), TextInputs.of(type),
                    new ColumnBuilder(type));
        }
    }

    private KernelTarget() {
    }

    private static List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (PgType.Kind kind : PgType.Kind.values()) {
            pairs.add(Pair.of(kind == PgType.Kind.ARRAY ? PgType.arrayOf(PgType.of(PgType.Kind.INT4)) : PgType.of(kind)));
        }
        pairs.add(Pair.of(PgType.arrayOf(PgType.of(PgType.Kind.TEXT))));
        pairs.add(Pair.of(PgType.arrayOf(PgType.of(PgType.Kind.TIMESTAMPTZ))));
        pairs.add(Pair.of(new PgType(PgType.Kind.NUMERIC, 9, 2)));
        pairs.add(Pair.of(new PgType(PgType.Kind.NUMERIC, 38, 10)));
        pairs.add(Pair.of(new PgType(PgType.Kind.VARCHAR, 3, 0)));
        pairs.add(Pair.of(new PgType(PgType.Kind.CHAR, 5, 0)));
        return pairs;
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2 || input.length > MAX_LENGTH) {
            return;
        }
        for (int i = 1; i < input.length; i++) {
            if (input[i] == '"' || input[i] == DELIMITER || input[i] == '\r') {
                return;
            }
        }
        Pair pair = PAIRS.get((input[0] & 0xFF) % PAIRS.size());
        int length = input.length - 1;
        long base = TEXT.address() + OffHeap.SLACK;
        // Digits all around: they must not matter
        OffHeap.fill(TEXT.address(), TEXT.capacity(), (byte) '7');
        OffHeap.copy(input, 1, base, length);
        pair.converter.clear();
        long taken = pair.converter.convert(base, length, length);
        if (taken > 0) {
            String expected = byInput(pair, input, (int) taken);
            String actual = values(pair.converter.builders()[0]);
            if (!expected.equals(actual)) {
                throw new AssertionError("kernel: " + actual + "\ninput function: " + expected);
            }
        }
    }

    private static String byInput(Pair pair, byte[] input, int taken) {
        Datum datum = new Datum();
        pair.byInput.clear();
        int start = 1;
        for (int i = 1; i <= taken; i++) {
            if (input[i] != '\n') {
                continue;
            }
            if (i == start) {
                pair.byInput.appendNull();
            } else {
                try {
                    pair.input.parse(input, start, i - start, datum);
                } catch (PgError e) {
                    throw new AssertionError("the kernel takes what the input function refuses", e);
                }
                pair.byInput.append(datum);
            }
            start = i + 1;
        }
        return values(pair.byInput);
    }

    private static String values(ColumnBuilder builder) {
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < builder.rows(); r++) {
            boolean isNull = builder.nullCount() > 0
                    && (OffHeap.getByte(builder.validityAddress() + (r >> 3)) >> (r & 7) & 1) == 0;
            text.append(' ').append(isNull ? "null" : value(builder, r));
        }
        return text.toString();
    }

    private static String value(ColumnBuilder builder, int row) {
        long data = builder.dataAddress();
        return switch (builder.storage()) {
            case BIT -> Integer.toString(OffHeap.getByte(data + (row >> 3)) >> (row & 7) & 1);
            case VARIABLE -> {
                int start = OffHeap.getInt(builder.offsetsAddress() + 4L * row);
                yield hex(data + start, OffHeap.getInt(builder.offsetsAddress() + 4L * row + 4) - start);
            }
            default -> hex(data + (long) row * builder.storage().width(), builder.storage().width());
        };
    }

    private static String hex(long address, int length) {
        byte[] bytes = new byte[length];
        OffHeap.copy(address, bytes, 0, length);
        return HexFormat.of().formatHex(bytes);
    }
}
