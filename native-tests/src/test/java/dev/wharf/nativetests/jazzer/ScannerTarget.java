package dev.wharf.nativetests.jazzer;

import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.CopyDialect.Eol;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.StructuralIndex;
import dev.wharf.core.csv.TextDialect;
import dev.wharf.core.memory.OffHeap;
import java.util.List;

/**
 * What Jazzer calls with bytes: the first says which dialect, the rest is a block of CSV, or of text. The index with vectors and
 * the one without say the same of it, whatever lies behind it, and write no further than they say.
 */
public final class ScannerTarget {
    private static final int MAX_LENGTH = 4096;
    /** Delimiter, quote and escape of CSV; the delimiter alone of the text format. */
    private static final String[] MARKS = {",\"\"", ",\"\\", "|''", ",\",", ",\"a", "a\\\"", "\t", ",", "\1"};
    private static final int CANARY = 0x5AFEC0DE;
    private static final int ENTRIES = MAX_LENGTH + StructuralIndex.SLACK_ENTRIES;
    private static final OffHeap.Buffer TEXT = new OffHeap.Buffer(MAX_LENGTH);
    private static final OffHeap.Buffer POSITIONS = new OffHeap.Buffer(4 * (ENTRIES + 1));
    private static final OffHeap.Buffer IRREGULAR = new OffHeap.Buffer(4 * (ENTRIES + 1));

    private ScannerTarget() {
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0 || input.length > MAX_LENGTH) {
            return;
        }
        int kind = input[0] & 0xFF;
        String marks = MARKS[kind / Eol.values().length % MARKS.length];
        Eol eol = Eol.values()[kind % Eol.values().length];
        CopyDialect dialect = marks.length() == 1 ? new TextDialect((byte) marks.charAt(0), eol, new byte[] {'\\', 'N'})
                : new CsvDialect((byte) marks.charAt(0), (byte) marks.charAt(1), (byte) marks.charAt(2), eol, new byte[0]);
        String expected = null;
        for (StructuralIndex index : List.of(StructuralIndex.swar(dialect), StructuralIndex.vector(dialect))) {
            for (byte behind : new byte[] {0, dialect.inverter(), dialect.eol().last()}) {
                String result = scan(index, input, behind);
                if (expected != null && !expected.equals(result)) {
                    throw new AssertionError(index.getClass().getSimpleName() + " with " + behind + " behind the block:\n"
                            + result + "\nexpected\n" + expected);
                }
                expected = result;
            }
        }
    }

    private static String scan(StructuralIndex index, byte[] input, byte behind) {
        int length = input.length - 1;
        OffHeap.fill(TEXT.address(), TEXT.capacity(), behind);
        OffHeap.copy(input, 1, TEXT.address(), length);
        int end = length + StructuralIndex.SLACK_ENTRIES;
        OffHeap.putInt(POSITIONS.address() + 4L * end, CANARY);
        OffHeap.putInt(IRREGULAR.address() + 4L * end, CANARY);
        index.scan(TEXT.address(), length, POSITIONS.address(), IRREGULAR.address(), Integer.MAX_VALUE);
        if (OffHeap.getInt(POSITIONS.address() + 4L * end) != CANARY
                || OffHeap.getInt(IRREGULAR.address() + 4L * end) != CANARY) {
            throw new AssertionError(index.getClass().getSimpleName() + " wrote behind what it may");
        }
        StringBuilder text = new StringBuilder("rows " + index.rows() + ", quotes " + index.quotes() + ", not ASCII "
                + index.notAscii() + ", bad line end " + index.badEol() + ", positions");
        entries(text, POSITIONS, index.count());
        entries(text.append(", irregular"), IRREGULAR, index.irregularCount());
        return text.toString();
    }

    private static void entries(StringBuilder text, OffHeap.Buffer buffer, int count) {
        for (int i = 0; i < count; i++) {
            text.append(' ').append(OffHeap.getInt(buffer.address() + 4L * i));
        }
    }
}
