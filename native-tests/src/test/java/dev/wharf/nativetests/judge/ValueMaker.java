package dev.wharf.nativetests.judge;

import java.util.SplittableRandom;

/** Makes texts of values: near the ends of their type's range, in odd spellings, and some that are none. */
final class ValueMaker {
    private static final String[] TEXTS = {"", "a", "abc", "é", "€", "😀", "a b", " ", " x ", "\\", "\\N", "\\.", "NULL",
        "null", ",", "\"", "\"\"", "'", "|", "\t", "\n", "\r", "\r\n", "a\nb", "a\"b", "1", "0", "-1", "\u00a0", "\u0001",
        "漢字", "ab\"\"c", "x,y", "\\\\", "\\x", "\\n", "ééé", "abcd", "abc ", "{}", "[1]"};
    private static final String[] INTEGERS = {"0", "1", "-1", "32767", "32768", "-32768", "-32769", "2147483647",
        "2147483648", "-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "99999999999999999999", "+7", " 7", "7 ", "007", "-0", "0x10", "0b11", "0o17", "1_0",
        "1.0", "1e1"};
    private static final String[] NUMBERS = {"NaN", "Infinity", "-Infinity", "inf", "1e10", "1e-10", ".5", "5.", "-.5",
        "999.99", "999.995", "-999.995", "999.994", "1e400", "1e-400", "0.005", "0.015", "1E+5", "1e", "0.1",
        "123456789.123456789", "3.4028235e38", "3.4028236e38", "1.7976931348623157e308", "4.9e-324", "1e-46",
        "9999999999999999.99995", "00.10", "-0.0"};
    private static final String[] DATES = {"2020-02-29", "2021-02-29", "1999-12-31", "0001-01-01", "0044-03-15 BC",
        "infinity", "-infinity", "epoch", "5874897-12-31", "5874898-01-01", "4713-01-01 BC", "4714-11-23 BC", "20200229",
        "Feb 3, 2021", "3 Feb 2021", "02/03/2021", "13/13/2021", "2020-1-1", "2020-13-01", "2020-00-00", "J2451187",
        "1999.123", "70-01-01"};
    private static final String[] TIMES = {"00:00:00", "23:59:59.999999", "24:00:00", "24:00:01", "23:59:60", "12:34",
        "12:34:56.7891234", "1:2:3", "12 PM", "12:00 AM", "13:00 PM", "040506", "T12:00", "25:00", "12:60"};
    private static final String[] ZONES = {"", "", "", "Z", "+00", "-08", "+05:30", " America/New_York", " EST", "+16",
        " BC", " Nowhere", "-15:59:59"};
    private static final String[] BOOLEANS = {"t", "f", "true", "FALSE", "yes", "no", "on", "off", "1", "0", "tr", "of",
        "o", "2", " t ", "y", "n", "fals"};
    private static final String[] BYTEAS = {"\\x", "\\x00ff", "\\xABcd", "\\x0", "\\xgg", "\\x 0 1", "abc", "\\001",
        "\\\\", "\\", "\\400", "é"};
    private static final String[] INTERVALS = {"1 day", "1 year 2 mons", "-1:02:03", "P1Y2M3DT4H5M6.7S", "1-2",
        "3 4:05:06", "1.5 months", "178000000 years", "179000000 years", "infinity", "@ 1 minute ago", "1 fortnight",
        "0.000001 sec", "1 day 1 day"};
    private static final String[] JSONS = {"{}", "[]", "null", "1", "\"x\"", "{\"a\": [1, 2.50, null]}", "[1,",
        "{\"a\":1,\"a\":2}", "nul", "\"\\u00e9\"", "\"\\ud800\"", " 1 ", "1e5", "{\"b\":1,\"aa\":true}"};
    private static final String[] ARRAYS = {"{}", "{1,2}", "{{1,2},{3,4}}", "{1,NULL}", "{\"a,b\",\"c\\\"d\"}", "{1",
        "{1,}", "[0:1]={1,2}", "{ 1 , 2 }", "{{1},{2,3}}", "{null}", "{\"\"}"};

    private final SplittableRandom random;
    private final boolean careful;

    /** @param careful whether most values are to be plain ones that their type takes */
    ValueMaker(SplittableRandom random, boolean careful) {
        this.random = random;
        this.careful = careful;
    }

    String value(String type) {
        return careful && random.nextInt(30) != 0 ? plain(type) : any(type);
    }

    private String plain(String type) {
        return switch (type) {
            case "smallint", "int", "bigint" -> Integer.toString(random.nextInt() >> random.nextInt(16, 32));
            case "numeric(5,2)", "numeric", "numeric(20,4)", "numeric(9,2)", "real", "double precision" ->
                    random.nextInt(-999, 999) + "." + digits(random.nextInt(1, 3));
            case "date" -> plainDate();
            case "time" -> plainTime();
            case "timestamp" -> plainDate() + " " + plainTime();
            case "timestamptz" -> plainDate() + " " + plainTime() + (random.nextBoolean() ? "+00" : "");
            case "boolean" -> random.nextBoolean() ? "t" : "false";
            case "uuid" -> String.format("%016x%016x", random.nextLong(), random.nextLong())
                    .replaceAll("(.{8})(.{4})(.{4})(.{4})(.*)", "$1-$2-$3-$4-$5");
            case "bytea" -> "\\x" + String.format("%04x", random.nextInt(1 << 16));
            case "varchar(3)", "char(4)" -> "xyz€".substring(random.nextInt(4));
            case "interval" -> random.nextInt(100) + " days " + plainTime();
            case "json", "jsonb" -> "{\"a\": " + random.nextInt() + "}";
            case "int[]", "text[]" -> "{" + random.nextInt() + "," + random.nextInt() + "}";
            default -> text();
        };
    }

    private String plainDate() {
        return String.format("%04d-%02d-%02d", random.nextInt(1890, 2050), random.nextInt(1, 13), random.nextInt(1, 29));
    }

    private String plainTime() {
        return String.format("%02d:%02d:%02d", random.nextInt(24), random.nextInt(60), random.nextInt(60))
                + (random.nextInt(3) == 0 ? "." + digits(random.nextInt(1, 7)) : "");
    }

    private String any(String type) {
        if (random.nextInt(60) == 0) {
            return pick(TEXTS);
        }
        return switch (type.replaceAll("\\(.*", "")) {
            case "smallint", "int", "bigint" -> integer(type);
            case "numeric" -> number();
            case "real", "double precision" -> number();
            case "date" -> random.nextInt(3) == 0 ? pick(DATES) : date();
            case "time" -> random.nextInt(3) == 0 ? pick(TIMES) : time();
            case "timestamp", "timestamptz" -> random.nextInt(4) == 0 ? pick(DATES) : timestamp(type.endsWith("tz"));
            case "boolean" -> pick(BOOLEANS);
            case "uuid" -> uuid();
            case "bytea" -> pick(BYTEAS);
            case "interval" -> pick(INTERVALS);
            case "json", "jsonb" -> pick(JSONS);
            case "int[]", "text[]" -> pick(ARRAYS);
            case "varchar", "char", "text" -> text();
            default -> throw new IllegalArgumentException(type);
        };
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }

    private String text() {
        if (random.nextInt(40) == 0) {
            return pick(TEXTS).repeat(random.nextInt(120));
        }
        StringBuilder text = new StringBuilder(pick(TEXTS));
        while (random.nextInt(3) == 0) {
            text.append(pick(TEXTS));
        }
        return text.toString();
    }

    private String integer(String type) {
        int bits = type.equals("smallint") ? 15 : type.equals("int") ? 31 : 63;
        return switch (random.nextInt(8)) {
            case 0 -> pick(INTEGERS);
            case 1 -> Long.toString((random.nextBoolean() ? 1L << bits : -(1L << bits)) + random.nextInt(-2, 3));
            case 2 -> Long.toString(random.nextLong() >> random.nextInt(64));
            default -> Long.toString(random.nextLong() >> 64 - random.nextInt(1, bits));
        };
    }

    private String number() {
        return switch (random.nextInt(6)) {
            case 0 -> pick(NUMBERS);
            case 1 -> pick(INTEGERS);
            case 2 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
            case 3 -> Float.toString(Float.intBitsToFloat(random.nextInt()));
            default -> random.nextInt(-1100, 1100) + "." + digits(random.nextInt(1, 6));
        };
    }

    private String digits(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append((char) ('0' + random.nextInt(10)));
        }
        return text.toString();
    }

    private String date() {
        int year = random.nextInt(8) == 0 ? random.nextInt(1, 12000) : random.nextInt(1890, 2050);
        return String.format("%04d-%02d-%02d", year, random.nextInt(0, 14), random.nextInt(0, 33));
    }

    private String time() {
        String seconds = random.nextInt(4) == 0 ? "." + digits(random.nextInt(1, 9)) : "";
        return String.format("%02d:%02d:%02d", random.nextInt(25), random.nextInt(61), random.nextInt(61)) + seconds;
    }

    private String timestamp(boolean zone) {
        return date() + (random.nextInt(8) == 0 ? "T" : " ") + (random.nextInt(6) == 0 ? pick(TIMES) : time())
                + (zone || random.nextInt(9) == 0 ? pick(ZONES) : "");
    }

    private String uuid() {
        String hex = String.format("%016x%016x", random.nextLong(), random.nextLong());
        return switch (random.nextInt(6)) {
            case 0 -> hex;
            case 1 -> "{" + hex + "}";
            case 2 -> hex.substring(random.nextInt(1, 3));
            case 3 -> hex.replaceAll("(.{4})(?=.)", "$1-");
            default -> hex.replaceAll("(.{8})(.{4})(.{4})(.{4})(.*)", "$1-$2-$3-$4-$5");
        };
    }
}
