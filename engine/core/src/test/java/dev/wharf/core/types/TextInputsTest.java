package dev.wharf.core.types;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wharf.core.error.PgError;
import dev.wharf.core.types.PgType.Kind;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the input functions store, and how they refuse; native-tests compares far more with PostgreSQL itself. */
class TextInputsTest {
    private static final byte[] PADDING = "9 9".getBytes(StandardCharsets.US_ASCII);

    private static Datum parse(PgType type, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        byte[] source = new byte[value.length + 2 * PADDING.length];
        System.arraycopy(PADDING, 0, source, 0, PADDING.length);
        System.arraycopy(value, 0, source, PADDING.length, value.length);
        System.arraycopy(PADDING, 0, source, PADDING.length + value.length, PADDING.length);
        Datum result = new Datum();
        TextInputs.of(type).parse(source, PADDING.length, value.length, result);
        return result;
    }

    private static String roundTrip(PgType type, String text) {
        TextBuffer out = new TextBuffer().put("left over");
        TextOutputs.of(type).format(parse(type, text), out);
        return out.toString();
    }

    private static PgError error(PgType type, String text) {
        return assertThrows(PgError.class, () -> parse(type, text), text);
    }

    private static PgType type(Kind kind, int precision, int scale) {
        return new PgType(kind, precision, scale);
    }

    @ParameterizedTest
    @CsvSource({
        "INT2, -32768, -32768", "INT2, 0x7fff, 32767", "INT4, ' +1_000 ', 1000", "INT4, -0b101, -5",
        "INT8, 9223372036854775807, 9223372036854775807", "INT8, -9223372036854775808, -9223372036854775808",
        "FLOAT4, 3.4028235e38, 3.4028235e+38", "FLOAT4, 1234567, 1.234567e+06", "FLOAT4, 123456.79, 123456.79",
        "FLOAT4, 0.0001, 0.0001", "FLOAT4, 0.00001, 1e-05", "FLOAT4, -0, -0", "FLOAT4, 1e-45, 1e-45",
        "FLOAT8, 1e23, 9.999999999999999e+22", "FLOAT8, 4.9e-324, 5e-324", "FLOAT8, 123456789012345, 123456789012345",
        "FLOAT8, 1234567890123456, 1.234567890123456e+15", "FLOAT8, 0x1.8p1, 3", "FLOAT8, -inf, -Infinity", "FLOAT8, nan, NaN",
        "FLOAT8, 0.1, 0.1", "FLOAT8, 1.7976931348623157e308, 1.7976931348623157e+308",
        "FLOAT8, 9007199254740993, 9.007199254740992e+15", "NUMERIC, 1.500, 1.500", "NUMERIC, -0.00, 0.00",
        "NUMERIC, 1e3, 1000", "NUMERIC, 15e-3, 0.015", "NUMERIC, -Infinity, -Infinity", "NUMERIC, 0xff, 255",
        "NUMERIC, nan, NaN", "BOOL, ' oFf ', f", "BOOL, 1, t",
        "UUID, {A0EEBC999C0B4EF8-BB6D6BB9BD380A11}, a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "BYTEA, \\xDE ad, \\xdead",
        "BYTEA, a\\\\\\001, \\x615c01", "DATE, 19990108, 1999-01-08", "DATE, 'Jan 8, 99 BC', 0099-01-08 BC",
        "DATE, 1/18/70, 1970-01-18", "DATE, 5874897-12-31, 5874897-12-31", "DATE, 4714-11-24 BC, 4714-11-24 BC",
        "DATE, infinity, infinity", "DATE, J2451187, 1999-01-08", "TIME, 04:05:06.789000, 04:05:06.789",
        "TIME, 0405, 04:05:00", "TIME, 12:30 am, 00:30:00", "TIME, 24:00, 24:00:00",
        "TIMESTAMP, 1969-12-31 23:59:59.999999, 1969-12-31 23:59:59.999999",
        "TIMESTAMP, 20010203T040506.7, 2001-02-03 04:05:06.7", "TIMESTAMP, 0001-01-01 00:00 BC, 0001-01-01 00:00:00 BC",
        "TIMESTAMP, -infinity, -infinity", "TIMESTAMPTZ, 1999-01-08 04:05:06 PST, 1999-01-08 12:05:06+00",
        "TIMESTAMPTZ, 2024-07-01 12:00 Europe/Paris, 2024-07-01 10:00:00+00",
        "TIMESTAMPTZ, 2024-07-01T12:00:00Z, 2024-07-01 12:00:00+00", "TIMESTAMPTZ, epoch, 1970-01-01 00:00:00+00"})
    void roundTrips(Kind kind, String text, String expected) {
        assertEquals(expected, roundTrip(PgType.of(kind), text));
    }

    @ParameterizedTest
    @CsvSource({
        "NUMERIC, 15, 2, 1.005, 1.01", "NUMERIC, 15, 2, -1.005, -1.01", "NUMERIC, 15, 2, 1.0049999999999999999999, 1.00",
        "NUMERIC, 15, 2, 9999999999999.99, 9999999999999.99", "NUMERIC, 15, 2, -0.001, 0.00", "NUMERIC, 15, 2, NaN, NaN",
        "NUMERIC, 38, 0, 99999999999999999999999999999999999999, 99999999999999999999999999999999999999",
        "NUMERIC, 38, 38, -0.00000000000000000001234567890123456789, -0.00000000000000000001234567890123456789",
        "NUMERIC, 19, 1, -922337203685477580.8, -922337203685477580.8", "NUMERIC, 2, -3, 12499, 12000",
        "NUMERIC, 2, 4, 0.00985, 0.0099",
        "NUMERIC, 50, 2, 1234567890123456789012345678901234567890.125, 1234567890123456789012345678901234567890.13",
        "VARCHAR, 3, 0, 'abc   ', abc", "VARCHAR, 3, 0, 'é€x', 'é€x'", "CHAR, 4, 0, 'é', 'é   '",
        "CHAR, 2, 0, 'ab  ', ab", "TIME, 0, 0, 23:59:59.5, 24:00:00",
        "TIMESTAMP, 0, 0, 1999-12-31 23:59:59.5, 1999-12-31 23:59:59",
        "TIMESTAMP, 0, 0, 2000-01-01 00:00:00.5, 2000-01-01 00:00:01",
        "TIMESTAMPTZ, 3, 0, 2024-01-01 00:00:00.0015+00, 2024-01-01 00:00:00.002+00"})
    void appliesModifiers(Kind kind, int precision, int scale, String text, String expected) {
        assertEquals(expected, roundTrip(type(kind, precision, scale), text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "INT4 | 2147483648 | 22003 | value \"2147483648\" is out of range for type integer",
        "INT2 | 1_ | 22P02 | invalid input syntax for type smallint: \"1_\"",
        "FLOAT4 | ' 1e39x' | 22003 | \"1e39\" is out of range for type real",
        "FLOAT8 | 1e-400 | 22003 | \"1e-400\" is out of range for type double precision",
        "FLOAT8 | 1f | 22P02 | invalid input syntax for type double precision: \"1f\"",
        "NUMERIC | 1e131072 | 22003 | value overflows numeric format",
        "NUMERIC | 1._0 | 22P02 | invalid input syntax for type numeric: \"1._0\"",
        "BOOL | o | 22P02 | invalid input syntax for type boolean: \"o\"",
        "BYTEA | \\x1é | 22023 | invalid hexadecimal digit: \"é\"",
        "BYTEA | \\x123 | 22023 | invalid hexadecimal data: odd number of digits",
        "BYTEA | \\8 | 22P02 | invalid input syntax for type bytea",
        "UUID | {} | 22P02 | invalid input syntax for type uuid: \"{}\"",
        "DATE | x | 22007 | invalid input syntax for type date: \"x\"",
        "DATE | 2001-02-29 | 22008 | date/time field value out of range: \"2001-02-29\"",
        "DATE | 5874898-01-01 | 22008 | date out of range: \"5874898-01-01\"",
        "TIME | 24:00:01 | 22008 | date/time field value out of range: \"24:00:01\"",
        "TIMESTAMP | 1999-01-08 Foo/Bar | 22023 | time zone \"foo/bar\" not recognized",
        "TIMESTAMP | 294277-01-01 | 22008 | timestamp out of range: \"294277-01-01\"",
        "TIMESTAMPTZ | 1999-01-08 +16 | 22009 | time zone displacement out of range: \"1999-01-08 +16\""})
    void refuses(Kind kind, String text, String sqlState, String message) {
        PgError e = error(PgType.of(kind), text);
        assertEquals(sqlState + ' ' + message, e.sqlState() + ' ' + e.getMessage());
        assertNull(e.context());
    }

    @Test
    void refusesWhatDoesNotFitTheModifier() {
        PgError e = error(type(Kind.NUMERIC, 5, 2), "999.995");
        assertEquals("22003", e.sqlState());
        assertEquals("A field with precision 5, scale 2 must round to an absolute value less than 10^3.", e.detail());
        assertEquals("A field with precision 2, scale 2 must round to an absolute value less than 1.",
                error(type(Kind.NUMERIC, 2, 2), "1").detail());
        assertEquals("value too long for type character varying(3)", error(type(Kind.VARCHAR, 3, 0), "abc d").getMessage());
        assertEquals("value too long for type character(3)", error(type(Kind.CHAR, 3, 0), "abcd").getMessage());
        assertEquals("Perhaps you need a different \"DateStyle\" setting.", error(PgType.of(Kind.DATE), "18/1/1999").hint());
    }

    @Test
    void storesAsDatumSays() {
        assertEquals(0, parse(PgType.of(Kind.DATE), "1970-01-01").lo);
        assertEquals(Integer.MAX_VALUE, parse(PgType.of(Kind.DATE), "infinity").lo);
        assertEquals(Integer.MIN_VALUE, parse(PgType.of(Kind.DATE), "-infinity").lo);
        assertEquals(-1, parse(PgType.of(Kind.TIMESTAMP), "1969-12-31 23:59:59.999999").lo);
        assertEquals(Long.MAX_VALUE, parse(PgType.of(Kind.TIMESTAMPTZ), "infinity").lo);
        assertEquals(Long.MIN_VALUE, parse(PgType.of(Kind.TIMESTAMP), "-infinity").lo);
        assertEquals(-3_600_000_000L, parse(PgType.of(Kind.TIMESTAMPTZ), "1970-01-01 00:00+01").lo);
        assertEquals(86_400_000_000L, parse(PgType.of(Kind.TIME), "24:00").lo);
        assertEquals(Float.floatToRawIntBits(-1.5f), (int) parse(PgType.of(Kind.FLOAT4), "-1.5").lo);
        assertEquals(Double.doubleToRawLongBits(-0.0), parse(PgType.of(Kind.FLOAT8), "-0").lo);
        Datum uuid = parse(PgType.of(Kind.UUID), "00112233-4455-6677-8899-aabbccddeeff");
        assertEquals(0x0011223344556677L, uuid.hi);
        assertEquals(0x8899aabbccddeeffL, uuid.lo);
        Datum negative = parse(type(Kind.NUMERIC, 15, 2), "-1.5");
        assertEquals(-150, negative.lo);
        assertEquals(-1, negative.hi);
        Datum nan = parse(type(Kind.NUMERIC, 15, 2), "NaN");
        assertEquals(Long.MIN_VALUE, nan.hi);
        assertEquals(0, nan.lo);
        Datum unbounded = parse(PgType.of(Kind.NUMERIC), "+01.50");
        assertEquals("1.50", new String(unbounded.bytes, 0, unbounded.length, StandardCharsets.US_ASCII));
    }

    /** The quick path for the usual form and the general one agree: a trailing space leads to the latter. */
    @Test
    void quickAndGeneralPathsAgree() {
        Random random = new Random(1);
        PgType[] types = {PgType.of(Kind.TIMESTAMP), PgType.of(Kind.TIMESTAMPTZ), type(Kind.TIMESTAMP, 2, 0)};
        for (int i = 0; i < 20_000; i++) {
            String zone = "%+03d%s%02d".formatted(random.nextInt(-15, 16), random.nextBoolean() ? ":" : "", random.nextInt(60));
            String text = "%04d-%02d-%02d%s%02d:%02d:%02d%s%s".formatted(random.nextInt(1, 10_000), random.nextInt(1, 13),
                    random.nextInt(1, 29), random.nextBoolean() ? " " : "T", random.nextInt(24), random.nextInt(60),
                    random.nextInt(60), random.nextBoolean() ? "" : "." + random.nextInt(1_000_000),
                    random.nextBoolean() ? "" : random.nextBoolean() ? zone : zone.substring(0, 3));
            PgType type = types[i % types.length];
            assertEquals(parse(type, text + ' ').lo, parse(type, text).lo, text);
        }
        for (int i = 0; i < 20_000; i++) {
            String text = (random.nextBoolean() ? "-" : "") + random.nextInt(100_000) + '.' + random.nextInt(100_000);
            PgType type = type(Kind.NUMERIC, 15, i % 8);
            assertEquals(parse(type, text + ' ').lo, parse(type, text).lo, text);
            assertEquals(Long.parseLong(text.substring(0, text.indexOf('.'))),
                    parse(PgType.of(Kind.INT8), text.substring(0, text.indexOf('.'))).lo);
        }
    }

    @Test
    void datesAgreeWithJavaTime() {
        Random random = new Random(2);
        for (int i = 0; i < 50_000; i++) {
            LocalDate date = LocalDate.ofEpochDay(random.nextInt(-719_162, 2_932_897));
            assertEquals(date.toEpochDay(), parse(PgType.of(Kind.DATE), date.toString()).lo);
            assertEquals(date.toString(), roundTrip(PgType.of(Kind.DATE), date.toString()));
        }
    }

    @Test
    void floatsReadBackAsThemselves() {
        Random random = new Random(3);
        Datum value = new Datum();
        TextBuffer text = new TextBuffer();
        for (int i = 0; i < 100_000; i++) {
            double d = Double.longBitsToDouble(random.nextLong());
            value.lo = Double.doubleToRawLongBits(d);
            TextOutputs.of(PgType.of(Kind.FLOAT8)).format(value, text);
            assertEquals(d, Double.parseDouble(text.toString()));
            assertEquals(d, Double.longBitsToDouble(parse(PgType.of(Kind.FLOAT8), text.toString()).lo));
            float f = Float.intBitsToFloat(random.nextInt());
            value.lo = Float.floatToRawIntBits(f);
            TextOutputs.of(PgType.of(Kind.FLOAT4)).format(value, text);
            assertEquals(f, Float.parseFloat(text.toString()));
            assertEquals(f, Float.intBitsToFloat((int) parse(PgType.of(Kind.FLOAT4), text.toString()).lo));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void oneInputServesManyValues(Kind kind) {
        TextInput input = TextInputs.of(kind == Kind.ARRAY ? PgType.arrayOf(PgType.of(Kind.INT4)) : PgType.of(kind));
        Datum first = new Datum();
        String good = switch (kind) {
            case ARRAY -> "{1}";
            case UUID -> "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
            case DATE, TIMESTAMP, TIMESTAMPTZ -> "Jan 8 1999";
            case TIME -> "t0405";
            default -> "1";
        };
        byte[] bytes = good.getBytes(StandardCharsets.US_ASCII);
        input.parse(bytes, 0, bytes.length, first);
        byte[] bad = "99999-99-99 BC J1 \\x\u0001".getBytes(StandardCharsets.US_ASCII);
        Datum second = new Datum();
        if (kind != Kind.TEXT && kind != Kind.VARCHAR && kind != Kind.CHAR) {
            assertThrows(PgError.class, () -> input.parse(bad, 0, bad.length, second));
        }
        input.parse(bytes, 0, bytes.length, second);
        assertEquals(first.lo, second.lo);
        assertEquals(first.hi, second.hi);
        assertEquals(0, Arrays.compare(first.bytes, 0, first.length, second.bytes, 0, second.length));
    }

    @Test
    void todayIsADay() {
        long before = LocalDate.now(ZoneOffset.UTC).toEpochDay();
        TextInput input = TextInputs.of(PgType.of(Kind.DATE));
        long after = LocalDate.now(ZoneOffset.UTC).toEpochDay();
        Datum today = new Datum();
        Datum tomorrow = new Datum();
        Datum now = new Datum();
        input.parse("today".getBytes(StandardCharsets.US_ASCII), 0, 5, today);
        input.parse("tomorrow".getBytes(StandardCharsets.US_ASCII), 0, 8, tomorrow);
        input.parse("now".getBytes(StandardCharsets.US_ASCII), 0, 3, now);
        assertEquals(Math.clamp(today.lo, before, after), today.lo);
        assertEquals(today.lo + 1, tomorrow.lo);
        assertEquals(today.lo, now.lo);
    }
}
