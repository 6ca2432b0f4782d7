package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.error.PgError;
import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** COPY both ways under other values of TimeZone and DateStyle: the same values and bytes as PostgreSQL's. */
class DateTimeSettingsTest extends CopyPairTest {
    private static final List<Mode> MODES = List.of(Mode.SERIAL, new Mode(2, false, 100));
    /** Times that the time zone data of the JDK and of the server, of different releases, agree on. */
    private static final long FIRST_SECOND = LocalDateTime.of(1850, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);
    private static final long LAST_SECOND = LocalDateTime.of(2025, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);
    private static final int TIMES_A_ZONE = 10;

    /** Both sides of changes of clocks, the skipped hour and the one that comes twice; other spellings; far years. */
    private static final List<String> TIMES = List.of("2024-03-31 01:59:59.999999", "2024-03-31 02:00:00", "2024-03-31 02:30:00",
            "2024-03-31 03:00:00", "2024-10-27 01:59:59", "2024-10-27 02:00:00", "2024-10-27 02:30:00.5", "2024-10-27 03:00:00",
            "2024-10-27 00:30:00+00", "2024-10-27 01:30:00+00", "2024-07-01T12:00:00Z", "2024-07-01 12:00:00-03:30", "2024-07-01",
            "1890-01-01 00:00:00", "1890-01-01 00:00:00+00", "0001-01-01 00:00:00", "0001-01-01 00:00:00+00",
            "0001-01-01 00:00:00 BC", "4713-11-24 00:00:00+00 BC", "4714-11-24 00:00:00+00 BC", "9999-12-31 23:59:59",
            "100000-07-01 00:00:00", "294246-07-01 00:00:00+00", "infinity", "-infinity", "epoch", "allballs",
            "2024-07-01 12:00 PM", "July 1 2024 3:04 CET", "20240701T040506", "2024.183", "J2451187", "2024-07-01 04:05 zulu",
            "2024-07-01 25:00:00", "2024-07-01 12:00:00 nosuch", "2024-03-10 02:30:00", "2024-11-03 01:30:00",
            "2023-04-02 02:30:00", "2023-10-01 02:15:00", "2024-07-01 12:00 IST", "2024-01-01 12:00 CST",
            "2024-01-01 12:00 CDT", "2024-01-01 12:00 PST", "1999-01-08 04:05:06 LMT");

    private static final List<String> DATES = List.of("01/02/03", "1/2/2003", "13/01/2024", "01/13/2024", "2024/13/01",
            "24/01/13", "31-12-99", "12-31-99", "99-12-31", "Jan 2 03", "2 Jan 03", "03 Jan 2", "2 Jan "
                    + "2003", "Jan-08-99", "99-Jan-08",
            "08-Jan-99", "08-Jan-1999", "1999-Jan-08", "January 8, 1999", "8 January 99", "1 2 3", "01 02 2003", "2003 01 "
                    + "02", "010203",
            "19990108", "1999.008", "J2451187", "01.02.03", "31.12.2024", "1.2.3 BC", "01/02/03 BC", "01/02/03 04:05:06",
            "31/12/2024 23:59", "02/01 2003", "Mon 5 Feb 01", "2001-02-03", "2001/02/03", "99/1/2 1:2:3 PM", "1-2", "1/2/3/4",
            "32/1/2024", "1/1/-5", "001/02/03", "1/002/03", "1/2/003", "12/Feb/03", "Feb/12/03", "03/Feb/12", "03/12/Feb");

    @AfterEach
    void reset() throws SQLException {
        both("RESET TimeZone");
        both("RESET bytea_output");
        both("RESET DateStyle");
    }

    private static void both(String sql) throws SQLException {
        pair.postgres(sql);
        pair.wharf(sql);
    }

    private static Outcome load(String rows, Mode mode) throws IOException, SQLException {
        pair.write(rows.getBytes(StandardCharsets.UTF_8));
        Outcome expected = pair.loadPostgres("", "FORMAT text");
        assertEquals(expected.toString(), pair.loadWharf("", "FORMAT text", mode).toString(), () -> mode + "\n" + rows);
        return expected;
    }

    private static void sameText() throws IOException, SQLException {
        for (String options : List.of("FORMAT text", "FORMAT csv", "FORMAT csv, FORCE_QUOTE *, DELIMITER '-', ESCAPE '0'",
                "FORMAT binary")) {
            String sql = "COPY t TO STDOUT (" + options + ")";
            for (Mode mode : MODES) {
                assertArrayEquals(pair.copyOutPostgres(sql), pair.copyOutWharf(sql, mode), sql);
            }
        }
        assertEquals(pair.rowsAsJson(), CopyPair.text(pair.copyOutWharf("COPY t TO STDOUT (FORMAT json)", Mode.SERIAL)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
        "Pacific/Apia", "EST5EDT", "foo3bar", "foo-3bar-5", "<ab+1>-1:30", "-7", "167", "Africa/Monrovia",
        "Europe/Dublin", "Europe/Moscow", "Asia/Calcutta", "PRC", "Asia/Manila"})
    void bothWays(String zone) throws IOException, SQLException {
        pair.createTable("a timestamptz, b timestamp, c date, d timestamptz(2), e timestamptz[], f time");
        both("SET TimeZone = '" + zone + "'");
        StringBuilder rows = new StringBuilder();
        for (String time : TIMES) {
            String row = String.join("\t", time, time, time, time, "[2:3]={\"" + time + "\",NULL}", "\\N") + "\n";
            if (load(row, Mode.SERIAL).failure() == null) {
                rows.append(row);
            }
        }
        assertTrue(rows.length() > 1_000, rows::toString);
        for (Mode mode : MODES) {
            load(rows.toString(), mode);
            sameText();
        }
        both("SET TimeZone = 'Asia/Tokyo'");
        sameText();
    }

    /** Under every zone that PostgreSQL knows, but for three of which the JDBC driver's JDK warns. */
    @Test
    void everyZone() throws IOException, SQLException {
        pair.createTable("a timestamptz");
        Random random = new Random(31);
        List<String> zones = new ArrayList<>();
        try (Statement statement = pair.connection().createStatement();
                ResultSet rows = statement.executeQuery("SELECT name FROM pg_timezone_names WHERE name NOT IN ('EST', 'HST', "
                        + "'MST')")) {
            while (rows.next()) {
                zones.add(rows.getString(1));
            }
        }
        for (String zone : zones) {
            both("SET TimeZone = '" + (random.nextBoolean() ? zone.toLowerCase(Locale.ROOT) : zone) + "'");
            StringBuilder times = new StringBuilder();
            for (int i = 0; i < TIMES_A_ZONE; i++) {
                LocalDateTime local = LocalDateTime.ofEpochSecond(random.nextLong(FIRST_SECOND, LAST_SECOND), 0, ZoneOffset.UTC);
                times.append(local).append(i % 2 == 0 ? "" : "Z").append('\n');
            }
            load(times.toString(), Mode.SERIAL);
        }
    }

    @Test
    void wordsMeanTheDayThere() throws IOException, SQLException {
        pair.createTable("a date, b timestamp, c timestamptz, d timestamptz[]");
        String rows = "today\ttoday\ttoday\t{yesterday}\ntomorrow\ttomorrow\tyesterday\t{today}\n";
        for (String zone : List.of("Pacific/Kiritimati", "-12")) {
            both("SET TimeZone = '" + zone + "'");
            pair.write(rows.getBytes(StandardCharsets.UTF_8));
            String before = pair.loadPostgres("", "FORMAT text").toString();
            String actual = pair.loadWharf("", "FORMAT text", Mode.SERIAL).toString();
            // It may be midnight there
            String after = pair.loadPostgres("", "FORMAT text").toString();
            assertTrue(actual.equals(before) || actual.equals(after), actual);
        }
        both("SET TimeZone = '7'");
        pair.createTable("a timestamp, b timestamptz, c time");
        pair.write("now\tnow\tnow\n".getBytes(StandardCharsets.UTF_8));
        assertEquals("COPY 1", pair.loadWharf("", "FORMAT text", Mode.SERIAL).tag());
        String[] now = CopyPair.text(pair.copyOutWharf("COPY t TO STDOUT", Mode.SERIAL)).strip().split("\t");
        // Each column has its own moment
        Duration apart = Duration.between(OffsetDateTime.parse(now[1].replace(' ', 'T') + ":00").toLocalDateTime(),
                LocalDateTime.parse(now[0].replace(' ', 'T'))).abs();
        assertTrue(apart.toSeconds() < 60, () -> String.join(" ", now));
    }

    @Test
    void failingRows() throws IOException, SQLException {
        pair.createTable("a timestamptz, b bytea, c int NOT NULL");
        both("SET TimeZone = 'Asia/Kathmandu'");
        both("SET bytea_output = escape");
        for (Mode mode : MODES) {
            assertNotNull(load("2024-01-01 12:00:00+00\t\\\\x00ff41\t\\N\n", mode).failure());
            assertNotNull(load("2024-01-01 12:00:00+00\ta\t1\n1 x 2\ta\t1\n", mode).failure());
        }
    }

    /** What is stored as text is written anew. */
    @Test
    void arraysOfBytea() throws IOException, SQLException {
        pair.createTable("a bytea[]");
        for (Mode mode : MODES) {
            load("{}\n{NULL,\"\"}\n[-1:0]={\"\\\\\\\\x00ff5c22\",abc}\n{{\"\\\\\\\\x2c7b\"},{NULL}}\n{"
                    + "\"\\\\\\\\x00\",".repeat(1000) + "\"\"}\n", mode);
            both("SET bytea_output = escape");
            sameText();
            both("RESET bytea_output");
        }
    }

    /** Dates under every order, and in a zone that is not UTC. */
    @ParameterizedTest
    @ValueSource(strings = {"MDY", "DMY", "YMD"})
    void orders(String order) throws IOException, SQLException {
        pair.createTable("a date, b timestamp, c timestamptz, d date[]");
        both("SET DateStyle = " + order);
        both("SET TimeZone = 'Europe/Berlin'");
        StringBuilder rows = new StringBuilder();
        for (String date : DATES) {
            String row = String.join("\t", date, date, date, "{\"" + date + "\"}") + "\n";
            if (load(row, Mode.SERIAL).failure() == null) {
                rows.append(row);
            }
        }
        assertTrue(rows.length() > 1_000, rows::toString);
        load(rows.toString(), new Mode(2, true, 100));
        sameText();
    }

    /** A default is what it was when its table was created. */
    @ParameterizedTest
    @ValueSource(strings = {"DateStyle = DMY|date|date|03/02/2024",
        "DateStyle = YMD|timestamp|timestamp without time zone|24/03/02",
        "TimeZone = 'Europe/Berlin'|timestamptz|timestamp with time zone|2024-07-01 12:00",
        "DateStyle = DMY|date[]|date[]|{03/02/2024,31/12/2024}"})
    void defaults(String line) throws IOException, SQLException {
        String[] parts = line.split("\\|");
        both("SET " + parts[0]);
        pair.createTable("a int, b " + parts[1] + " DEFAULT '" + parts[3] + "'");
        both("RESET DateStyle");
        both("RESET TimeZone");
        pair.write("1\n".getBytes(StandardCharsets.UTF_8));
        assertEquals(pair.loadPostgres("(a)", "").toString(), pair.loadWharf("(a)", "", Mode.SERIAL).toString());
        // A string is read as a whole before its first statement runs
        PgError e = assertThrows(PgError.class, () -> pair.wharf("SET " + parts[0] + "; CREATE TABLE d (a " + parts[1]
                + " DEFAULT '" + (parts[3].startsWith("{") ? "{2024-01-01}" : "2024-01-01") + "')"));
        assertEquals("0A000 a default of type " + parts[2] + " behind SET DateStyle or SET TimeZone in the same query"
                + " string is not supported", e.sqlState() + " " + e.getMessage());
    }
}
