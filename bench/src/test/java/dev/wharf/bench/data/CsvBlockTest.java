package dev.wharf.bench.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CsvBlockTest {
    @Test
    void quotesExactlyWherePostgresDoes() {
        CsvBlock out = new CsvBlock();
        out.text("plain").text("a,b").text("say \"x\"").text("two\nlines").text("cr\r").text("").nullField()
                .text(" lead").text("Łódź").endRow();
        assertEquals("plain,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\"cr\r\",\"\",, lead,Łódź\n", out.text());
        assertEquals(1, out.rows());
    }

    @Test
    void printsNumbersAsPostgresDoes() {
        CsvBlock out = new CsvBlock();
        out.integer(0).integer(-1).integer(Long.MAX_VALUE).integer(Long.MIN_VALUE).endRow();
        out.numeric(1700, 2).numeric(-5, 2).numeric(0, 4).numeric(-123_456, 3).endRow();
        out.floating(1_500_000, 6).floating(-463_123, 3).floating(12_000, 3).floating(0, 6).floating(-50, 3).endRow();
        out.bool(true).bool(false).endRow();
        assertEquals("""
                0,-1,9223372036854775807,-9223372036854775808
                17.00,-0.05,0.0000,-123.456
                1.5,-463.123,12,0,-0.05
                t,f
                """, out.text());
    }

    @Test
    void printsDatesAndTimestampsAsPostgresDoes() {
        CsvBlock out = new CsvBlock();
        out.date(0).date(36_524).timestamp(0).timestamp(86_399_000_000L).timestamp(1_000_000_500_000L)
                .timestamp(1).uuid(1, 2).endRow();
        assertEquals("1970-01-01,2069-12-31,1970-01-01 00:00:00,1970-01-01 23:59:59,1970-01-12 13:46:40.5,"
                + "1970-01-01 00:00:00.000001,00000000-0000-0001-0000-000000000002\n", out.text());
    }

    @Test
    void growsForAFieldLargerThanItsBuffer() {
        CsvBlock out = new CsvBlock();
        String value = "\"".repeat(3 << 20);
        out.text(value).endRow();
        assertEquals(2 * value.length() + 3, out.length());
    }
}
