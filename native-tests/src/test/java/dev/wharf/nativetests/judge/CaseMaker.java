package dev.wharf.nativetests.judge;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** Makes a case from a number: a table, options, and a file of that dialect, which may then be damaged. */
final class CaseMaker {
    private static final String[] LINE_ENDS = {"\n", "\n", "\n", "\r\n", "\r"};
    /** What means something, and what is no UTF-8. */
    private static final byte[][] PIECES = pieces("\"", ",", "\n", "\r", "\r\n", "\\", "\\.", "\"\"", "\t", "a", "1",
        "\0", "é", " ", "'", "\"\n", ",\"", "|", "\n\n", "\\.\n");
    private static final byte[] ODD = {0, (byte) 0x80, (byte) 0xC0, (byte) 0xFF, (byte) 0xE2, (byte) 0xED, (byte) 0xF4,
        '\n', '\r', '"'};

    private final List<FuzzTable> tables;
    private final List<FuzzOptions.Feature> features;

    CaseMaker(List<FuzzTable> tables, List<FuzzOptions.Feature> features) {
        this.tables = tables;
        this.features = features;
    }

    private static byte[][] pieces(String... texts) {
        return Arrays.stream(texts).map(t -> t.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    }

    FuzzCase make(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FuzzTable table = tables.get(random.nextInt(tables.size()));
        List<String> columns = table.columns();
        String list = "";
        if (random.nextInt(6) == 0) {
            columns = new ArrayList<>(columns);
            Collections.shuffle(columns, new Random(random.nextLong()));
            columns = columns.subList(0, random.nextInt(1, columns.size() + 1));
            list = " (" + String.join(", ", columns) + ")";
        }
        boolean careful = random.nextInt(3) != 0;
        FuzzOptions options = new FuzzOptions(random, features, true, columns, careful);
        byte[] data = file(random, new ValueMaker(random, careful), table, columns, options);
        if (random.nextInt(5) < 2) {
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                data = damage(random, data);
            }
        }
        List<String> to = random.nextInt(3) == 0 ? new FuzzOptions(random, features, false, columns, careful).list : null;
        return new FuzzCase(table, list, options.list, data, to);
    }

    private static byte[] file(SplittableRandom random, ValueMaker values, FuzzTable table, List<String> columns,
                               FuzzOptions options) {
        StringBuilder file = new StringBuilder();
        String lineEnd = LINE_ENDS[random.nextInt(LINE_ENDS.length)];
        int rows = random.nextInt(12) == 0 ? random.nextInt(40) : random.nextInt(1, 6);
        for (int r = options.header > 0 ? -1 : 0; r < rows; r++) {
            for (int c = 0; c < columns.size(); c++) {
                file.append(c == 0 ? "" : String.valueOf(options.delimiter));
                if (r < 0) {
                    field(random, options, file, columns.get(c));
                } else if (random.nextInt(15) == 0) {
                    file.append(options.nullPrint);
                } else {
                    field(random, options, file, values.value(table.types().get(table.columns().indexOf(columns.get(c)))));
                }
            }
            boolean last = r == rows - 1;
            file.append(last && random.nextInt(8) == 0 ? "" : lineEnd);
        }
        return file.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void field(SplittableRandom random, FuzzOptions options, StringBuilder file, String value) {
        if (options.text) {
            escaped(random, options, file, value);
            return;
        }
        boolean needs = value.isEmpty() || value.indexOf(options.delimiter) >= 0 || value.indexOf(options.quote) >= 0
                || value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || value.equals(options.nullPrint);
        if (!needs && random.nextInt(4) != 0) {
            file.append(value);
            return;
        }
        // Now and then only a part is in quotes
        int from = random.nextInt(12) == 0 ? random.nextInt(value.length() + 1) : 0;
        file.append(value, 0, from).append(options.quote);
        for (int i = from; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == options.quote || c == options.escape) {
                file.append(options.escape);
            }
            file.append(c);
        }
        file.append(options.quote);
    }

    private static void escaped(SplittableRandom random, FuzzOptions options, StringBuilder file, String value) {
        for (char c : value.toCharArray()) {
            if (c == '\n' || c == '\r' || c == '\t') {
                file.append('\\').append(random.nextInt(3) == 0 ? c : c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
            } else if (c < 128 && random.nextInt(30) == 0) {
                file.append(String.format(random.nextBoolean() ? "\\x%x" : "\\%03o", (int) c));
            } else {
                file.append(c == '\\' || c == options.delimiter ? "\\" : "").append(c);
            }
        }
    }

    private static byte[] damage(SplittableRandom random, byte[] data) {
        int length = data.length;
        int at = random.nextInt(length + 1);
        int end = Math.min(length, at + 1 + random.nextInt(random.nextInt(4) == 0 ? 30 : 3));
        return switch (random.nextInt(7)) {
            case 0 -> join(data, 0, at, new byte[0], end, length);
            case 1 -> join(data, 0, end, Arrays.copyOfRange(data, at, end), end, length);
            case 2, 3, 4 -> join(data, 0, at, PIECES[random.nextInt(PIECES.length)], at, length);
            case 5 -> join(data, 0, at, new byte[] {ODD[random.nextInt(ODD.length)]}, Math.min(length, at + 1), length);
            default -> flip(random, data, at);
        };
    }

    private static byte[] flip(SplittableRandom random, byte[] data, int at) {
        byte[] flipped = data.clone();
        if (at < data.length) {
            flipped[at] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private static byte[] join(byte[] data, int from, int to, byte[] middle, int restFrom, int restTo) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(data, from, to - from);
        out.writeBytes(middle);
        out.write(data, restFrom, restTo - restFrom);
        return out.toByteArray();
    }
}
