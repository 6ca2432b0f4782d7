package dev.wharf.nativetests;

import static dev.wharf.core.types.IntervalRange.DAY;
import static dev.wharf.core.types.IntervalRange.HOUR;
import static dev.wharf.core.types.IntervalRange.MINUTE;
import static dev.wharf.core.types.IntervalRange.MONTH;
import static dev.wharf.core.types.IntervalRange.SECOND;
import static dev.wharf.core.types.IntervalRange.YEAR;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wharf.core.error.PgError;
import dev.wharf.core.types.ByteaOutput;
import dev.wharf.core.types.DateOrder;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.PgType.Kind;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.SessionTimeZone;
import dev.wharf.core.types.TextBuffer;
import dev.wharf.core.types.TextInput;
import dev.wharf.core.types.TextInputs;
import dev.wharf.core.types.TextOutput;
import dev.wharf.core.types.TextOutputs;
import dev.wharf.core.types.TextSettings;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each type's input and output functions against PostgreSQL's: the text that comes out, or the error. */
class TypesOracleTest {
    private static final int MUTATIONS = 800;
    private static final int BATCH = 2_000;
    private static final int TIMES_A_ZONE = Integer.getInteger("wharf.test.zone.times", 8);
    /** Up to a time that the time zone data of the JDK and of the server, of different releases, agree on. */
    private static final long FIRST_SECOND = LocalDateTime.of(1850, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);
    private static final long LAST_SECOND = LocalDateTime.of(2025, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);

    /** A type and the texts to try on it. */
    record Sample(PgType type, List<String> texts, TextSettings settings) {
        Sample(PgType type, List<String> texts) {
            this(type, texts, TextSettings.DEFAULT);
        }

        @Override
        public String toString() {
            return type.formatType() + ", " + texts.size() + " texts, " + settings.order() + ", " + settings.timeZone();
        }
    }

    /**
     * Differences that stay.
     *
     * <ul>
     * <li>now, today and their like: their value is not the same in two places;
     * <li>timestamps from 294247-01-10 04:00:54.775807: microseconds since 1970 are beyond a long there, microseconds since
     * 2000, PostgreSQL's, only in 294277.
     * </ul>
     */
    private static final Pattern NOT_COMPARABLE =
            Pattern.compile("now|today|tomorrow|yesterday|2942[4-7]", Pattern.CASE_INSENSITIVE);

    /** The last good timestamps of what {@link #NOT_COMPARABLE} excludes. */
    private static final List<String> LAST_COMPARABLE = List.of("294247-01-10 04:00:54", "294247-01-10 03:59:59+00");

    static Stream<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        for (Kind kind : new Kind[] {Kind.INT2, Kind.INT4, Kind.INT8}) {
            samples.add(sample(PgType.of(kind), TypeSamples.INTEGERS, "0123456789-+_xob ", 1));
        }
        for (Kind kind : new Kind[] {Kind.FLOAT4, Kind.FLOAT8}) {
            List<String> texts = new ArrayList<>(sample(PgType.of(kind), TypeSamples.FLOATS, "0123456789.-+eExp ", 2).texts);
            texts.addAll(randomFloats(kind, 4_000));
            samples.add(new Sample(PgType.of(kind), texts));
        }
        samples.add(numeric(PgType.NONE, 0));
        for (int[] p : new int[][] {{15, 2}, {5, 0}, {18, 18}, {38, 10}, {38, 0}, {4, 4}, {2, -1}, {3, 5},
                {50, 20}, {19, 2}, {1000, 900}}) {
            samples.add(numeric(p[0], p[1]));
        }
        samples.add(sample(PgType.of(Kind.BOOL), TypeSamples.BOOLEANS, "truefalsyno10 ", 4));
        samples.add(sample(PgType.of(Kind.TEXT), TypeSamples.TEXTS, "ab é€", 5));
        for (int limit : new int[] {1, 3, 5}) {
            samples.add(sample(new PgType(Kind.VARCHAR, limit, 0), TypeSamples.TEXTS, "ab  é€", 6));
            samples.add(sample(new PgType(Kind.CHAR, limit, 0), TypeSamples.TEXTS, "ab  é€", 7));
        }
        samples.add(sample(PgType.of(Kind.VARCHAR), TypeSamples.TEXTS, "ab é€", 6));
        samples.add(sample(PgType.of(Kind.BYTEA), TypeSamples.BYTEAS, "0123456789abcdefABCDEF\\\\\\x ", 8));
        samples.add(sample(PgType.of(Kind.UUID), TypeSamples.UUIDS, "0123456789abcdefABCDEFg-{} ", 9));
        String dateAlphabet = "0123456789--//..:: +TtZzAaBbCcJjdhmsy,_";
        samples.add(sample(PgType.of(Kind.DATE), TypeSamples.DATES, dateAlphabet, 10));
        for (int precision : new int[] {PgType.NONE, 0, 3}) {
            samples.add(sample(new PgType(Kind.TIME, precision, 0), TypeSamples.TIMES, dateAlphabet, 11));
        }
        List<String> all = new ArrayList<>(TypeSamples.TIMESTAMPS);
        all.addAll(TypeSamples.DATES);
        for (DateOrder order : DateOrder.values()) {
            for (String zone : new String[] {"Europe/Berlin", "America/New_York", "<+07:30>-07:30"}) {
                TextSettings settings = new TextSettings(ByteaOutput.HEX, SessionTimeZone.of(zone), order);
                for (Kind kind : new Kind[] {Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ}) {
                    samples.add(new Sample(PgType.of(kind), sample(PgType.of(kind), all, dateAlphabet, 40).texts, settings));
                }
            }
        }
        for (int precision : new int[] {PgType.NONE, 0, 1, 3, 6}) {
            samples.add(sample(new PgType(Kind.TIMESTAMP, precision, 0), all, dateAlphabet, 12 + precision));
            samples.add(sample(new PgType(Kind.TIMESTAMPTZ, precision, 0), all, dateAlphabet, 22 + precision));
        }
        for (Kind kind : new Kind[] {Kind.JSON, Kind.JSONB}) {
            samples.add(sample(PgType.of(kind), TypeSamples.JSONS, "{}[],:\"\"\\\\u08dcDEe+-.truefalsn \n\t\u0001é", 60));
        }
        for (PgType element : List.of(PgType.of(Kind.INT4), PgType.of(Kind.TEXT), new PgType(Kind.VARCHAR, 2, 0),
                new PgType(Kind.CHAR, 3, 0), new PgType(Kind.NUMERIC, 4, 1), PgType.of(Kind.BOOL), PgType.of(Kind.BYTEA),
                PgType.of(Kind.FLOAT8), PgType.of(Kind.DATE), new PgType(Kind.TIMESTAMPTZ, 0, 0), PgType.of(Kind.UUID),
                new PgType(Kind.INTERVAL, 1, DAY | HOUR | MINUTE | SECOND), PgType.of(Kind.JSON), PgType.of(Kind.JSONB))) {
            samples.add(sample(PgType.arrayOf(element), TypeSamples.ARRAYS, "{}{},,\"\"\\[]:=1 2 \n\u000bnul", 70));
        }
        for (int range : new int[] {0, YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, YEAR | MONTH, DAY | HOUR, DAY | HOUR | MINUTE,
                DAY | HOUR | MINUTE | SECOND, HOUR | MINUTE, HOUR | MINUTE | SECOND, MINUTE | SECOND}) {
            samples.add(interval(PgType.NONE, range));
            if (range == 0 || (range & SECOND) != 0) {
                samples.add(interval(0, range));
                samples.add(interval(3, range));
            }
        }
        return samples.stream();
    }

    private static Sample sample(PgType type, List<String> seeds, String alphabet, long seed) {
        int count = Integer.getInteger("wharf.test.mutations", MUTATIONS);
        return new Sample(type, TypeSamples.mutated(seeds, alphabet, count, seed + Long.getLong("wharf.test.seed", 0)));
    }

    private static Sample numeric(int precision, int scale) {
        return sample(new PgType(Kind.NUMERIC, precision, scale), TypeSamples.NUMERICS, "0123456789999.-+e_x ", 3 + precision);
    }

    private static Sample interval(int precision, int range) {
        return sample(new PgType(Kind.INTERVAL, precision, range), TypeSamples.INTERVALS,
                "0123456789--+..:: PTYMWDHSydmhs@", 40 + precision + range);
    }

    /** Random bit patterns, and random short decimals, as Java prints them. */
    private static List<String> randomFloats(Kind kind, int count) {
        Random random = new Random(20);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String text = kind == Kind.FLOAT4 ? Float.toString(Float.intBitsToFloat(random.nextInt()))
                    : Double.toString(Double.longBitsToDouble(random.nextLong()));
            texts.add(i % 4 == 0 ? random.nextInt(1_000_000) + "e" + (random.nextInt(80) - 40)
                    : i % 4 == 1 ? random.nextLong() + "e" + (random.nextInt(40) - 30) : text);
        }
        return texts;
    }

    @ParameterizedTest
    @MethodSource("samples")
    void sameAsPostgres(Sample sample) throws SQLException {
        compare(sample);
    }

    /** Every zone and abbreviation that PostgreSQL knows, at random local times. */
    @Test
    void zonesSameAsPostgres() throws SQLException {
        List<String> zones = new ArrayList<>();
        try (Connection connection = PostgresOracle.get().connect();
                var rows = connection.createStatement().executeQuery(
                        "SELECT name FROM pg_timezone_names UNION SELECT abbrev FROM pg_timezone_abbrevs ORDER BY 1")) {
            while (rows.next()) {
                zones.add(rows.getString(1));
            }
        }
        Random random = new Random(30);
        List<String> texts = new ArrayList<>();
        for (String zone : zones) {
            for (int i = 0; i < TIMES_A_ZONE; i++) {
                LocalDateTime local = LocalDateTime.ofEpochSecond(random.nextLong(FIRST_SECOND, LAST_SECOND), 0, ZoneOffset.UTC);
                texts.add(local + " " + zone);
            }
        }
        compare(new Sample(PgType.of(Kind.TIMESTAMPTZ), texts));
    }

    private static void compare(Sample sample) throws SQLException {
        List<String> texts = sample.texts.stream().distinct().filter(t -> isComparable(sample, t)).toList();
        List<String> differences = new ArrayList<>();
        try (Connection connection = PostgresOracle.get().connect(); Statement statement = connection.createStatement()) {
            statement.execute("SET DateStyle = " + sample.settings.order());
            statement.execute("SET TimeZone = '" + sample.settings.timeZone() + "'");
            for (int from = 0; from < texts.size(); from += BATCH) {
                List<String> batch = texts.subList(from, Math.min(texts.size(), from + BATCH));
                List<String> expected = postgres(connection, sample.type, batch);
                for (int i = 0; i < batch.size(); i++) {
                    String actual = wharf(sample, batch.get(i));
                    if (!actual.equals(expected.get(i))) {
                        differences.add("[" + batch.get(i) + "]\n  PostgreSQL " + expected.get(i) + "\n  Wharf      " + actual);
                    }
                }
            }
        }
        assertEquals("", String.join("\n", differences), () -> differences.size() + " differences in " + texts.size() + " texts");
    }

    private static boolean isComparable(Sample sample, String text) {
        return switch (sample.type.kind()) {
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> !NOT_COMPARABLE.matcher(text).find()
                    || sample.settings.equals(TextSettings.DEFAULT) && LAST_COMPARABLE.contains(text);
            default -> true;
        };
    }

    private static List<String> postgres(Connection connection, PgType type, List<String> texts) throws SQLException {
        String name = type.formatType();
        // the input function itself, as a cast may convert first and apply the modifier later; format() calls the output
        // function, where a cast to text may not
        String sql = "SELECT e.sql_error_code, e.message, e.detail, e.hint,"
                + " CASE WHEN e.message IS NULL THEN format('%s', " + inputFunction(type) + "(textout(v)"
                + moreArguments(type) + ")) END"
                + " FROM unnest(?::text[]) WITH ORDINALITY AS u(v, i),"
                + " LATERAL pg_input_error_info(v, '" + name + "') e ORDER BY i";
        List<String> results = new ArrayList<>();
        try (var statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", texts.toArray()));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    results.add(rows.getString(2) == null ? "= " + rows.getString(5)
                            : error(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4)));
                }
            }
        }
        assertEquals(texts.size(), results.size());
        return results;
    }

    private static String inputFunction(PgType type) {
        return switch (type.kind()) {
            case BOOL -> "boolin";
            case INT2 -> "int2in";
            case INT4 -> "int4in";
            case INT8 -> "int8in";
            case FLOAT4 -> "float4in";
            case FLOAT8 -> "float8in";
            case NUMERIC -> "numeric_in";
            case TEXT -> "textin";
            case VARCHAR -> "varcharin";
            case CHAR -> "bpcharin";
            case BYTEA -> "byteain";
            case DATE -> "date_in";
            case TIME -> "time_in";
            case TIMESTAMP -> "timestamp_in";
            case TIMESTAMPTZ -> "timestamptz_in";
            case INTERVAL -> "interval_in";
            case UUID -> "uuid_in";
            case JSON -> "json_in";
            case JSONB -> "jsonb_in";
            case ARRAY -> "array_in";
        };
    }

    private static String moreArguments(PgType type) {
        if (type.kind() == Kind.ARRAY) {
            PgType element = type.element();
            return ", '" + PgType.of(element.kind()).formatType() + "'::regtype::oid, " + typeModifier(element);
        }
        return takesModifier(type) ? ", 0, " + typeModifier(type) : "";
    }

    private static boolean takesModifier(PgType type) {
        return switch (type.kind()) {
            case NUMERIC, VARCHAR, CHAR, TIME, TIMESTAMP, TIMESTAMPTZ, INTERVAL -> true;
            default -> false;
        };
    }

    private static int typeModifier(PgType type) {
        if (type.kind() == Kind.INTERVAL && (type.precision() != PgType.NONE || type.scale() != 0)) {
            return (type.scale() == 0 ? 0x7FFF : type.scale()) << 16 | type.precision() & 0xFFFF;
        }
        if (type.precision() == PgType.NONE) {
            return -1;
        }
        return switch (type.kind()) {
            case NUMERIC -> (type.precision() << 16 | type.scale() & 0x7FF) + 4;
            case VARCHAR, CHAR -> type.precision() + 4;
            default -> type.precision();
        };
    }

    private static String wharf(Sample sample, String text) {
        // neither the bytes around the value nor what the datum held before may matter
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] source = new byte[bytes.length + 20];
        Arrays.fill(source, (byte) '1');
        System.arraycopy(bytes, 0, source, 10, bytes.length);
        TextInput input = TextInputs.of(sample.type, sample.settings);
        TextOutput output = TextOutputs.of(sample.type, sample.settings);
        Datum value = new Datum();
        Arrays.fill(value.bytes, (byte) '#');
        try {
            input.parse(source, 10, bytes.length, value);
        } catch (PgError e) {
            return error(e.sqlState(), e.getMessage(), e.detail(), e.hint());
        } catch (RuntimeException e) {
            return e.toString();
        }
        TextBuffer buffer = new TextBuffer();
        output.format(value, buffer);
        return "= " + buffer;
    }

    private static String error(String sqlState, String message, String detail, String hint) {
        return sqlState + ' ' + message + (detail == null ? "" : "; DETAIL: " + detail) + (hint == null ? "" : "; HINT: " + hint);
    }
}
