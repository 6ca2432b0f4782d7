package dev.wharf.bench.data;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The rows of the {@link RandomData} sets. */
final class RandomRows {
    static final int WIDE_COLUMNS = 100;
    static final List<String> WIDE_TYPES = List.of("integer", "bigint", "smallint", "double precision", "real",
            "numeric(12,4)", "varchar(24)", "boolean", "date", "timestamp");

    private static final String[] WORDS = ("harbour crane pallet cargo tide ledger invoice ballast anchor freight "
            + "bollard quay steel copper coffee timber cotton grain salt rubber customs manifest broker berth pilot "
            + "Zürich São Kraków Ærø Łódź 横浜 Αθήνα").split(" ");
    private static final int ASCII_WORDS = 25;
    private static final byte[][] WORD_BYTES = new byte[WORDS.length][];

    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long SECONDS = 50L * 365 * 86_400;
    private static final int DAYS = 50 * 365;

    static {
        for (int i = 0; i < WORDS.length; i++) {
            WORD_BYTES[i] = WORDS[i].getBytes(StandardCharsets.UTF_8);
        }
    }

    private RandomRows() {
    }

    static void quoted(long number, SplitMix random, CsvBlock out) {
        out.integer(number + 1);
        out.text(word(random) + ", " + word(random) + " \"" + word(random) + "\"");
        out.text((1 + random.below(999)) + " " + word(random) + " " + word(random) + "\n" + word(random) + ", "
                + (10_000 + random.below(90_000)) + "\n" + word(random));
        switch (random.below(16)) {
            case 0 -> out.nullField();
            case 1 -> out.text("");
            default -> out.text("said \"" + word(random) + ", \"\"" + word(random) + "\"\" and " + word(random)
                    + "\", then left;\n" + word(random) + " " + word(random));
        }
        // every second one needs no quotes
        out.text(random.below(2) == 0 ? word(random) : word(random) + "," + word(random));
        if (random.below(10) == 0) {
            out.nullField();
        } else {
            out.numeric(random.below(2_000_000_000L) - 1_000_000_000L, 2);
        }
        out.timestamp(random.below(SECONDS) * MICROS_PER_SECOND + random.below(1_000) * 1_000L);
        out.endRow();
    }

    static void narrow(long number, SplitMix random, CsvBlock out) {
        // keys of mixed length and sign, so that no kernel is measured on one length alone
        out.integer(random.nextLong() >> random.below(48)).integer((int) random.nextLong() >> random.below(24));
        out.endRow();
    }

    static void wide(long number, SplitMix random, CsvBlock out) {
        out.integer((int) number);
        for (int column = 1; column < WIDE_COLUMNS; column++) {
            if (random.below(10) == 0) {
                out.nullField();
                continue;
            }
            switch (column % WIDE_TYPES.size()) {
                case 0 -> out.integer((int) random.nextLong());
                case 1 -> out.integer(random.nextLong() >> 16);
                case 2 -> out.integer((short) random.nextLong());
                case 3 -> out.floating(random.below(2_000_000_000_000L) - 1_000_000_000_000L, 6);
                case 4 -> out.floating(random.below(2_000_000) - 1_000_000L, 3);
                case 5 -> out.numeric(random.below(20_000_000_000L) - 10_000_000_000L, 4);
                case 6 -> out.text(random.below(8) == 0 ? ascii(random) + ", " + ascii(random)
                        : ascii(random) + " " + ascii(random));
                case 7 -> out.bool(random.below(2) == 0);
                case 8 -> out.date(random.below(DAYS));
                default -> out.timestamp(random.below(SECONDS) * MICROS_PER_SECOND + random.below(1_000_000));
            }
        }
        out.endRow();
    }

    static void text(long number, SplitMix random, CsvBlock out) {
        out.integer(number + 1).text(word(random) + " " + word(random) + " " + word(random));
        int target = 1_024 + random.below(3_072);
        boolean punctuated = random.below(2) == 0;
        byte[] body = new byte[target + 64];
        int length = 0;
        while (length < target) {
            byte[] word = WORD_BYTES[random.below(WORD_BYTES.length)];
            System.arraycopy(word, 0, body, length, word.length);
            length += word.length;
            if (punctuated) {
                switch (random.below(32)) {
                    case 0 -> body[length++] = ',';
                    case 1 -> body[length++] = '\n';
                    case 2 -> body[length++] = '"';
                    default -> { }
                }
            }
            body[length++] = ' ';
        }
        out.text(body, length).endRow();
    }

    private static String word(SplitMix random) {
        return WORDS[random.below(WORDS.length)];
    }

    private static String ascii(SplitMix random) {
        return WORDS[random.below(ASCII_WORDS)];
    }
}
