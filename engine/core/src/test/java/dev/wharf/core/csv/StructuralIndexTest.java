package dev.wharf.core.csv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.csv.CopyDialect.Eol;
import dev.wharf.core.memory.OffHeap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both indexes against PostgreSQL's rules byte by byte, on text of the bytes that matter, around the 64-byte words. */
class StructuralIndexTest {
    private static final int TEXTS = 4000;
    private static final int MAX_LENGTH = 400;

    /** What an index says of a text. */
    private record Index(List<Integer> positions, List<Integer> irregular, int rows, boolean quotes, boolean notAscii,
            boolean badEol) {
    }

    static Stream<CopyDialect> dialects() {
        List<CopyDialect> dialects = new ArrayList<>();
        for (Eol eol : Eol.values()) {
            for (char delimiter : "\t,a".toCharArray()) {
                dialects.add(new TextDialect((byte) delimiter, eol, new byte[] {'\\', 'N'}));
            }
            for (String marks : List.of(",\"\"", ",\"\\", "|''", ",\",", ",\"a", "a\\\"")) {
                dialects.add(new CsvDialect((byte) marks.charAt(0), (byte) marks.charAt(1), (byte) marks.charAt(2), eol,
                        new byte[0]));
            }
        }
        return dialects.stream();
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void agreesWithPostgresRules(CopyDialect dialect) {
        assertTrue(VectorSupport.AVAILABLE, "the vector module is there in tests");
        Random random = new Random(dialect.hashCode());
        StructuralIndex vector = StructuralIndex.vector(dialect);
        StructuralIndex swar = StructuralIndex.swar(dialect);
        int dense = 0;
        try (OffHeap.Buffer text = new OffHeap.Buffer(MAX_LENGTH); OffHeap.Buffer positions = room();
                OffHeap.Buffer irregular = room()) {
            for (int i = 0; i < TEXTS; i++) {
                byte[] bytes = text(random, dialect, i);
                // what lies behind the text must not matter
                OffHeap.fill(text.address(), text.capacity() + 64,
                        random.nextBoolean() ? dialect.inverter() : dialect.eol().last());
                OffHeap.copy(bytes, 0, text.address(), bytes.length);
                Index expected = reference(bytes, dialect);
                for (StructuralIndex index : List.of(vector, swar)) {
                    String what = index.getClass().getSimpleName() + " on " + new String(bytes, StandardCharsets.UTF_8);
                    index.scan(text.address(), bytes.length, positions.address(), irregular.address(), Integer.MAX_VALUE);
                    assertEquals(expected, result(index, positions, irregular), what);
                }
                dense += expected.positions.size() > 20 ? 1 : 0;
            }
        }
        assertTrue(dense > TEXTS / 100, "some texts are dense");
    }

    /** With a limit the scan stops behind a whole word, and says the same of what it has read. */
    @ParameterizedTest
    @MethodSource("dialects")
    void limit(CopyDialect dialect) {
        Random random = new Random(3);
        for (StructuralIndex index : List.of(StructuralIndex.vector(dialect), StructuralIndex.swar(dialect))) {
            try (OffHeap.Buffer text = new OffHeap.Buffer(MAX_LENGTH); OffHeap.Buffer positions = room();
                    OffHeap.Buffer irregular = room()) {
                for (int i = 0; i < 200; i++) {
                    byte[] bytes = text(random, dialect, i);
                    OffHeap.copy(bytes, 0, text.address(), bytes.length);
                    List<Integer> all = reference(bytes, dialect).positions;
                    int limit = 1 + random.nextInt(40);
                    index.scan(text.address(), bytes.length, positions.address(), irregular.address(), limit);
                    int words = 0;
                    int count = 0;
                    while (count < limit && words * 64 < bytes.length) {
                        words++;
                        int end = words * 64;
                        count = (int) all.stream().filter(p -> p < end).count();
                    }
                    assertEquals(all.subList(0, count), result(index, positions, irregular).positions);
                }
            }
        }
    }

    /** Rows of CopyReadLine and row ends of the index are the same. */
    @ParameterizedTest
    @MethodSource("dialects")
    void agreesWithCopyReadLine(CopyDialect dialect) {
        Random random = new Random(5);
        StructuralIndex index = StructuralIndex.vector(dialect);
        int whole = 0;
        try (OffHeap.Buffer text = new OffHeap.Buffer(MAX_LENGTH); OffHeap.Buffer positions = room();
                OffHeap.Buffer irregular = room()) {
            for (int i = 0; i < TEXTS; i++) {
                byte[] bytes = text(random, dialect, i);
                OffHeap.copy(bytes, 0, text.address(), bytes.length);
                index.scan(text.address(), bytes.length, positions.address(), irregular.address(), Integer.MAX_VALUE);
                if (index.badEol() || index.notAscii()) {
                    continue;
                }
                whole++;
                List<Integer> expected = new ArrayList<>();
                CopyReadLine line = new CopyReadLine(dialect, dialect.eol());
                int at = 0;
                while (line.read(text.address() + at, bytes.length - at, false)) {
                    at += line.consumed();
                    expected.add(at - 1);
                }
                List<Integer> rowEnds = result(index, positions, irregular).positions.stream()
                        .filter(p -> bytes[p] == dialect.eol().last()).toList();
                assertEquals(expected, rowEnds, () -> new String(bytes, StandardCharsets.UTF_8));
            }
        }
        assertTrue(whole > TEXTS / 20, "enough texts are good");
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void fieldsOfWholeRows(CopyDialect dialect) {
        // as a reader of the index finds fields, so does CopyReadAttributes
        Random random = new Random(6);
        StructuralIndex index = StructuralIndex.vector(dialect);
        CopyReadAttributes reader = CopyReadAttributes.of(dialect, _ -> { });
        try (OffHeap.Buffer text = new OffHeap.Buffer(MAX_LENGTH); OffHeap.Buffer positions = room();
                OffHeap.Buffer irregular = room()) {
            for (int i = 0; i < 500; i++) {
                byte[] bytes = text(random, dialect, i);
                OffHeap.copy(bytes, 0, text.address(), bytes.length);
                index.scan(text.address(), bytes.length, positions.address(), irregular.address(), Integer.MAX_VALUE);
                List<Integer> found = result(index, positions, irregular).positions;
                int row = 0;
                int field = 0;
                for (int n = 0; n < found.size() && !index.badEol(); n++) {
                    if (bytes[found.get(n)] == dialect.eol().last()) {
                        int end = found.get(n) - (dialect.eol() == Eol.CRNL ? 1 : 0);
                        reader.split(text.address() + row, end - row);
                        assertEquals(n - field + 1, reader.count());
                        int start = row;
                        for (int f = 0; f < reader.count(); f++) {
                            int stop = f == reader.count() - 1 ? end : found.get(field + f);
                            byte[] inSplit = java.util.Arrays.copyOfRange(reader.bytes(), reader.start(f), reader.start(f)
                                    + reader.length(f));
                            CopyReadAttributes alone = CopyReadAttributes.of(dialect, _ -> { });
                            alone.single(text.address() + start, stop - start);
                            assertArrayEquals(inSplit, java.util.Arrays.copyOf(alone.bytes(), alone.length(0)));
                            assertEquals(reader.isNull(f), alone.isNull(0));
                            start = stop + 1;
                        }
                        row = found.get(n) + 1;
                        field = n + 1;
                    }
                }
            }
        }
    }

    private static OffHeap.Buffer room() {
        return new OffHeap.Buffer(4L * (MAX_LENGTH + StructuralIndex.SLACK_ENTRIES));
    }

    private static byte[] text(Random random, CopyDialect dialect, int i) {
        byte[][] pieces = {{dialect.delimiter()}, {dialect.inverter()},
            {dialect instanceof CsvDialect csv ? csv.escape() : (byte) '\\'}, "a".getBytes(StandardCharsets.UTF_8),
            switch (dialect.eol()) {
                case NL -> new byte[] {'\n'};
                case CR -> new byte[] {'\r'};
                case CRNL -> new byte[] {'\r', '\n'};
            }, {'b', 'c', 'd'}, {'\\'}, "é€😀".getBytes(StandardCharsets.UTF_8), {'\r'}, {'\n'}, {'.'}, {0}};
        int kinds = i % 4 == 0 ? pieces.length : i % 4 == 1 ? 8 : 6;
        int around = 64 * random.nextInt(5) + random.nextInt(9) - 4;
        int length = random.nextBoolean() ? Math.max(0, around) : random.nextInt(MAX_LENGTH);
        byte[] bytes = new byte[length];
        for (int at = 0; at < length;) {
            byte[] piece = pieces[random.nextInt(kinds)];
            for (int n = 0; n < piece.length && at < length; n++) {
                bytes[at++] = piece[n];
            }
        }
        return bytes;
    }

    private static Index result(StructuralIndex index, OffHeap.Buffer positions, OffHeap.Buffer irregular) {
        List<Integer> p = new ArrayList<>();
        List<Integer> fields = new ArrayList<>();
        for (int i = 0; i < index.count(); i++) {
            p.add(OffHeap.getInt(positions.address() + 4L * i));
        }
        for (int i = 0; i < index.irregularCount(); i++) {
            fields.add(OffHeap.getInt(irregular.address() + 4L * i));
        }
        // of a last field without an end, and where line ends are in the wrong places, the list says nothing
        fields.removeIf(field -> field >= index.count() || index.badEol());
        return new Index(p, fields, index.rows(), index.quotes(), index.notAscii(), index.badEol());
    }

    private static Index reference(byte[] text, CopyDialect dialect) {
        return switch (dialect) {
            case CsvDialect csv -> reference(text, csv);
            case TextDialect escapes -> reference(text, escapes);
        };
    }

    private static Index reference(byte[] text, TextDialect dialect) {
        List<Integer> positions = new ArrayList<>();
        List<Integer> irregular = new ArrayList<>();
        boolean escaped = false;
        boolean escapeInField = false;
        boolean notAscii = false;
        boolean badEol = false;
        int rows = 0;
        int lastReturn = -2;
        for (int i = 0; i < text.length; i++) {
            byte c = text[i];
            notAscii |= c <= 0;
            if (escaped || c == '\\') {
                badEol |= escaped && c == '.' || lastReturn == i - 1 && dialect.eol() == Eol.CRNL;
                escaped = !escaped;
                escapeInField = true;
                continue;
            }
            boolean rowEnd = c == dialect.eol().last();
            badEol |= switch (dialect.eol()) {
                case NL -> c == '\r';
                case CR -> c == '\n';
                case CRNL -> (c == '\n') != (lastReturn == i - 1);
            };
            lastReturn = c == '\r' ? i : lastReturn;
            if (c == dialect.delimiter() || rowEnd) {
                if (escapeInField) {
                    irregular.add(positions.size());
                }
                positions.add(i);
                escapeInField = false;
                rows += rowEnd ? 1 : 0;
            }
        }
        if (badEol) {
            irregular.clear();
        }
        return new Index(positions, irregular, rows, new String(text, StandardCharsets.ISO_8859_1).indexOf('\\') >= 0, notAscii,
                badEol);
    }

    /** CopyReadLineText's loop, going on behind what is an error there. */
    private static Index reference(byte[] text, CsvDialect dialect) {
        List<Integer> positions = new ArrayList<>();
        List<Integer> irregular = new ArrayList<>();
        boolean inQuote = false;
        boolean lastWasEscape = false;
        boolean quotes = false;
        boolean notAscii = false;
        boolean badEol = false;
        int rows = 0;
        int start = 0;
        for (int i = 0; i < text.length; i++) {
            byte c = text[i];
            notAscii |= c <= 0;
            if (!dialect.escapeIsQuote() && inQuote && c == dialect.escape()) {
                lastWasEscape = !lastWasEscape;
            }
            if (c == dialect.quote() && !lastWasEscape) {
                inQuote = !inQuote;
            }
            if (c != dialect.escape() || dialect.escapeIsQuote()) {
                lastWasEscape = false;
            }
            if (!inQuote) {
                boolean rowEnd = c == dialect.eol().last();
                if (c == dialect.delimiter() || rowEnd) {
                    int end = rowEnd && dialect.eol() == Eol.CRNL ? i - 1 : i;
                    boolean odd = false;
                    for (int at = start; at <= i; at++) {
                        odd |= text[at] == dialect.escape() && !dialect.escapeIsQuote()
                                || text[at] == dialect.quote() && at != start && at != end - 1;
                    }
                    if (odd) {
                        irregular.add(positions.size());
                    }
                    positions.add(i);
                    start = i + 1;
                    rows += rowEnd ? 1 : 0;
                }
                badEol |= switch (dialect.eol()) {
                    case NL -> c == '\r';
                    case CR -> c == '\n';
                    case CRNL -> c == '\n' && (i == 0 || text[i - 1] != '\r')
                            || c == '\r' && i + 1 < text.length && text[i + 1] != '\n';
                };
            }
            quotes |= c == dialect.quote() || c == dialect.escape();
        }
        if (badEol) {
            irregular.clear();
        }
        return new Index(positions, irregular, rows, quotes, notAscii, badEol);
    }
}
