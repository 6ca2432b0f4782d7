package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.error.PgError;
import dev.wharf.core.tcop.DestReceiver;
import dev.wharf.core.utility.Notice;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SET, SHOW and RESET of what both have, statement after statement in one session each. */
class SetStatementsTest {
    private static final List<String> STATEMENTS = List.of(
            "SHOW client_min_messages", "SET client_min_messages = a, b", "SET nosuch = 1, 2", "SET nosuch = 1",
            "SET LOCAL client_min_messages = error", "SHOW client_min_messages", "SET LOCAL client_min_messages = foo",
            "SET LOCAL nosuch TO DEFAULT", "SET LOCAL client_min_messages TO DEFAULT", "SET LOCAL server_encoding = x",
            "SET SESSION Client_Min_Messages = Debug", "SHOW CLIENT_MIN_MESSAGES", "SET client_min_messages TO DEFAULT",
            "SHOW client_min_messages", "RESET server_encoding", "SET server_encoding = 'x'", "SHOW server_encoding",
            "RESET nosuch", "SHOW nosuch", "SHOW lab.b", "RESET lab.b", "SHOW lab.b", "SET lab.b TO 1.50", "SHOW Lab.B",
            "SET lab.b = -5", "SHOW lab.b", "SET \"lab.c d\" = 1", "SET lab.c.d = 'it''s'", "SHOW lab.c.d", "SET lab.b = x, y",
            "SET log_min_messages = debug", "SHOW log_min_messages", "SET log_min_messages = loud", "RESET log_min_messages",
            "SHOW log_min_messages", "SET shared_preload_libraries = 'x'", "SET shared_preload_libraries = x, y",
            "RESET shared_preload_libraries", "SET max_worker_processes = 9", "SET max_worker_processes = nine",
            "SHOW max_worker_processes", "SET parallel_leader_participation = maybe",
            "SET parallel_leader_participation = of", "SHOW parallel_leader_participation", "RESET ALL",
            "SHOW parallel_leader_participation", "SHOW lab.b");

    /** What scripts set, in the values that there are here, and in such as are wrong. */
    private static final List<String> SCRIPT = List.of(
            "SET client_encoding = 'latin-1'", "SHOW client_encoding", "SET client_encoding TO 'nosuch'", "SHOW client_encoding",
            "SET NAMES 'utf-8'", "SHOW client_encoding", "SET NAMES 'Windows-1252'", "SHOW Client_Encoding", "SET NAMES DEFAULT",
            "SHOW client_encoding", "SET client_encoding = UNICODE", "SHOW client_encoding", "SET client_encoding = 'UNICODE'",
            "SHOW client_encoding", "SET NAMES", "SHOW client_encoding", "SET NAMES latin1", "SET client_encoding = sql_ascii",
            "SHOW client_encoding", "SET client_encoding = mule_internal", "SET client_encoding = ''",
            "SET client_encoding = shift_jis_2004", "SHOW client_encoding", "SET LOCAL client_encoding = latin2",
            "SHOW client_encoding", "RESET client_encoding", "SHOW client_encoding", "SET client_encoding = big5, latin1",
            "SET DateStyle = ISO", "SHOW datestyle", "SET datestyle = 'iso, us'", "SET datestyle = iso, mdy", "SHOW DateStyle",
            "SET datestyle = default", "SET datestyle = 'nosuch'", "SET datestyle = 'iso,'", "SET datestyle = 'iso, sql'",
            "SET datestyle = 'mdy, dmy'", "SET datestyle = 'dmy'", "SHOW datestyle", "SET datestyle = iso",
            "SHOW datestyle", "SET datestyle = 'YMD, ISO'", "SHOW datestyle", "SET datestyle = ''", "SHOW datestyle",
            "SET datestyle = european", "SHOW datestyle", "SET datestyle = us", "SHOW datestyle", "SET datestyle = 'ymd, dmy'",
            "SET datestyle = ''", "SHOW datestyle", "SET datestyle = 'noneuropean'",
            "SET IntervalStyle = POSTGRES", "SHOW intervalstyle", "SET intervalstyle = nosuch",
            "SET timezone = 'utc'", "SHOW timezone", "SET TIME ZONE 'GMT'", "SHOW TIME ZONE", "SET TIME ZONE 'etc/uct'",
            "SHOW TimeZone", "SET timezone TO 'Nowhere/None'", "SET TIME ZONE 'zulu'", "SHOW timezone", "SET TIME ZONE utc",
            "SHOW timezone", "SET TIME ZONE", "SET TIME ZONE to", "SET timezone = 'gmt+0'", "SHOW timezone",
            "SET timezone = UTC", "SHOW timezone", "SET timezone = ''", "SET timezone = 'GMT-0'", "SHOW timezone",
            "SET timezone = 'greenwich'", "SHOW timezone", "SET timezone = 'Etc/Zulu'", "SHOW timezone",
            "SET extra_float_digits = 3", "SHOW extra_float_digits", "SET extra_float_digits TO 4",
            "SET extra_float_digits = 1", "SHOW extra_float_digits", "SET standard_conforming_strings = on",
            "SHOW standard_conforming_strings", "SET standard_conforming_strings = nosuch", "SET statement_timeout = 0",
            "SHOW statement_timeout", "SET statement_timeout = '0s'", "SET statement_timeout = -1", "SET lock_timeout = 0",
            "SHOW lock_timeout", "SET idle_in_transaction_session_timeout = 0", "SET transaction_timeout = 0",
            "SET idle_session_timeout = 0", "SHOW transaction_timeout", "SET check_function_bodies = false",
            "SHOW check_function_bodies", "SET xmloption = content", "SHOW xmloption", "SET XML OPTION DOCUMENT",
            "SHOW xmloption", "SET XML OPTION nosuch", "SET xmloption = nosuch", "SET row_security = off", "SHOW row_security",
            "SET default_tablespace = ''", "SHOW default_tablespace", "SET default_tablespace = nosuch",
            "SET default_tablespace = pg_default", "SHOW default_tablespace", "SET default_table_access_method = heap",
            "SHOW default_table_access_method", "SET default_table_access_method = ''",
            "SET default_table_access_method = nosuch", "SET default_with_oids = false", "SHOW default_with_oids",
            "SET default_with_oids = true", "SHOW search_path", "SET search_path = ''", "SHOW search_path",
            "SET search_path = \"$user\", public", "SHOW search_path", "SET search_path TO Public, PG_catalog",
            "SHOW search_path", "SET search_path = 'public'", "SHOW search_path", "SET search_path = nosuch, public, \"Table\"",
            "SHOW search_path", "SET SCHEMA 'public'", "SHOW search_path", "SET search_path = pg_catalog", "SHOW search_path",
            "RESET search_path", "SHOW search_path", "SET escape_string_warning = off", "SHOW escape_string_warning",
            "SET backslash_quote = on", "SHOW backslash_quote", "SET backslash_quote = true", "SHOW backslash_quote",
            "SET backslash_quote = nosuch", "RESET TIME ZONE", "SET LOCAL TIME ZONE LOCAL", "SET TIME ZONE DEFAULT");

    private static final List<String> ZONES = List.of("TIME ZONE -7", "TIME ZONE 3.5", "timezone = '-7'", "timezone = ' 5'",
            "timezone = '0'", "timezone = '-0'", "timezone = '0.0001'", "timezone = '-0.0001'", "timezone = '-0.00001'",
            "timezone = '167'", "timezone = '168'", "timezone = '1e1'", "timezone = 'inf'", "timezone = 'NaN'",
            "timezone = -infinity", "timezone = '-5.2575'", "timezone = 'est5edt'", "timezone = 'foo-3'", "timezone = 'foo-3bar'",
            "timezone = '<+03>-3'", "timezone = '<+03'", "timezone = '<>3'", "timezone = 'europe/BERLIN'",
            "timezone = 'posix/europe/BERLIN'", "timezone = 'posixrules'", "timezone = 'right/UTC'", "timezone = 'localtime'",
            "timezone = 'factory'", "timezone = 'utc-3'", "timezone = 'xy'", "timezone = 'x3'", "timezone = 'xyz200'",
            "timezone = 'MSK'", "timezone = 'pst'", "timezone = 'pst8pdt'", "timezone = 'PST8PDT7'", "timezone = '../UTC'",
            "timezone = 'Europe'", "timezone = 'Europe/'", "timezone = 'roc'",
            "TIME ZONE INTERVAL '-08:00' HOUR TO MINUTE", "TIME ZONE INTERVAL '-08:00'", "TIME ZONE INTERVAL '1 day 03:00'",
            "TIME ZONE INTERVAL '1 month'", "TIME ZONE INTERVAL '5' HOUR", "TIME ZONE INTERVAL '5' MINUTE",
            "TIME ZONE INTERVAL '5' DAY", "TIME ZONE INTERVAL '5' HOUR TO SECOND", "TIME ZONE INTERVAL '5' HOUR TO",
            "TIME ZONE INTERVAL(3) '05:30:01.5'", "TIME ZONE INTERVAL(3) '05:30:01.5' HOUR TO MINUTE",
            "TIME ZONE INTERVAL 'x'", "TIME ZONE INTERVAL '168:00'", "TIME ZONE INTERVAL", "timezone = INTERVAL '05:00'",
            "timezone = 'INTERVAL ''05:00'''", "timezone = 'interval''05:00''x'", "timezone = 'interval 05:00'",
            "timezone = 'interval'", "TIME ZONE \"Europe/Berlin\"", "TIME ZONE pst", "TIME ZONE 'a','b'",
            "timezone = 'Europe/Berlin', 'x'", "TIME ZONE 9999999999999999999");

    /** Strings and names with escapes; names with a schema. */
    private static final List<String> LEXICAL = List.of(
            "SET lab.x = U&'d\\0061t\\+000061'", "SHOW lab.x", "SET lab.x = u&'d!0061t!!\\' UESCAPE '!'", "SHOW lab.x",
            "SET U&\"lab\".x = u&'\\D83D\\DE00''\\\\' /* c */ uescape E'\\\\'", "SHOW U&\"l\\0061b\".\"x\"",
            "SHOW U&\"l*0061b\" UESCAPE '*' . x", "SET lab.x = U&'a\\00'", "SET lab.x = U&'a\\00g0 b'", "SET lab.x = U&'\\'",
            "SET lab.x = U&'\\+12345'", "SET lab.x = U&'\\+110000'", "SET lab.x = U&'xy\\0000'", "SET lab.x = U&'\\D83D'",
            "SET lab.x = U&'\\D83Dx'", "SET lab.x = U&'\\DE00'", "SET lab.x = U&'\\D83D\\0061'", "SET lab.x = U&'\\D83D\\\\'",
            "SET lab.x = U&'\\+00D83D\\+00DE00'", "SHOW lab.x", "SET lab.x = U&'a' UESCAPE", "SET lab.x = U&'a' UESCAPE 1",
            "SET lab.x = U&'a' UESCAPE ''", "SET lab.x = U&'a' UESCAPE 'ab'", "SET lab.x = U&'a' UESCAPE '+'",
            "SET lab.x = U&'a' UESCAPE 'A' x", "SET lab.x = U&'a' UESCAPE U&'!'", "SET lab.x = U&'a' UESCAPE ' '",
            "SET lab.x = U&'a' UESCAPE '\"'", "SET lab.x = U&'a' UESCAPE x y", "SET lab.x = U&\"\"",
            "SET lab.x = U &'a'", "SET lab.x = U& 'a'", "SET lab.x = U&'a'\n'\\0062'", "SHOW lab.x",
            "SET lab.x = 'a' UESCAPE '!'", "SET lab.x U&'a' UESCAPE '!' y", "SET lab.x U&'a\\00'", "SET lab.x = U&'\u00e9\\00'",
            "SET lab.x = U&'\\00e9\\20AC'", "SHOW lab.x", "SET lab.x = U&'a' uescapes '!'",
            "SHOW U&\"" + "\\0061".repeat(70) + "\"", "COPY nope TO STDOUT", "COPY public.nope TO STDOUT",
            "COPY Public.\"No pe\" FROM STDIN", "TRUNCATE public.nope", "DROP TABLE public.nope",
            "DROP TABLE IF EXISTS public.nope", "DROP SEQUENCE public.nope", "COPY U&\"n!006Fpe\" UESCAPE '!' TO STDOUT");

    /** Values that PostgreSQL has and Wharf has not. */
    private static final List<String> NOT_HERE = List.of("IntervalStyle = iso_8601", "TimeZone = 'foo3bar,M3.2.0,M11.1.0'",
            "extra_float_digits = 0", "extra_float_digits = -15", "standard_conforming_strings = off",
            "statement_timeout = '5s'", "lock_timeout = 1", "transaction_timeout = 1", "default_tablespace = pg_global",
            "search_path = nosuch", "backslash_quote = off");

    @Test
    void asPostgres(@TempDir Path directory) throws SQLException, IOException {
        String expected = compare(directory, STATEMENTS, "preferQueryMode=simple");
        assertTrue(expected.contains("[25P01 SET LOCAL can only be used in transaction blocks]"), expected);
        assertTrue(expected.contains("[22023 | SET lab.b takes only one argument | null | null | 0]"), expected);
    }

    @Test
    void settingsOfScripts(@TempDir Path directory) throws SQLException, IOException {
        String expected = compare(directory, SCRIPT, "preferQueryMode=simple&allowEncodingChanges=true");
        assertTrue(expected.contains("[client_encoding=LATIN1]"), expected);
    }

    @Test
    void timeZones(@TempDir Path directory) throws SQLException, IOException {
        List<String> statements = ZONES.stream().flatMap(zone -> Stream.of("SET " + zone, "SHOW TimeZone")).toList();
        String expected = compare(directory, statements, "preferQueryMode=simple");
        assertTrue(expected.contains("[TimeZone=<-07>+07]"), expected);
    }

    @Test
    void lexical(@TempDir Path directory) throws SQLException, IOException {
        String expected = compare(directory, LEXICAL, "preferQueryMode=simple");
        assertTrue(expected.contains("[lab.x=data]"), expected);
        assertTrue(expected.contains("relation \"public.nope\" does not exist"), expected);
    }

    private static String compare(Path directory, List<String> statements, String options) throws SQLException, IOException {
        Path data = directory.resolve("data");
        DataDirectory.init(data);
        StringBuilder expected = new StringBuilder();
        StringBuilder actual = new StringBuilder();
        try (DataDirectory opened = DataDirectory.open(data);
                Connection connection = PostgresOracle.get().connect(options);
                Statement statement = connection.createStatement()) {
            Backend backend = new Backend(opened, directory);
            for (String sql : statements) {
                expected.append(sql).append(": ").append(postgres(statement, sql)).append('\n');
                actual.append(sql).append(": ").append(wharf(backend, sql)).append('\n');
            }
        }
        assertEquals(expected.toString(), actual.toString());
        return expected.toString();
    }

    /** They are refused, and the setting stays as it is. */
    @Test
    void notHere(@TempDir Path directory) throws SQLException, IOException {
        Path data = directory.resolve("data");
        DataDirectory.init(data);
        try (DataDirectory opened = DataDirectory.open(data);
                Connection connection = PostgresOracle.get().connect("preferQueryMode=simple");
                Statement statement = connection.createStatement()) {
            Backend backend = new Backend(opened, directory);
            for (String setting : NOT_HERE) {
                String name = setting.substring(0, setting.indexOf(' '));
                assertEquals("[]", postgres(statement, "SET " + setting));
                String before = wharf(backend, "SHOW " + name);
                String refused = wharf(backend, "SET " + setting);
                assertTrue(refused.matches("\\[0A000 \\| " + name + " other than .* is not supported \\| null.*"), refused);
                assertEquals(before, wharf(backend, "SHOW " + name));
            }
            // These the driver would not bear
            for (String style : List.of("SQL", "German", "'Postgres, MDY'")) {
                assertEquals("[0A000 | DateStyle other than \"ISO\" with any order is not supported | null | null | 0]",
                        wharf(backend, "SET DateStyle = " + style));
            }
        }
    }

    private static String postgres(Statement statement, String sql) throws SQLException {
        List<String> said = new ArrayList<>();
        try {
            boolean hasRows = statement.execute(sql);
            if (hasRows) {
                try (ResultSet rows = statement.getResultSet()) {
                    rows.next();
                    said.add(rows.getMetaData().getColumnName(1) + "=" + rows.getString(1));
                }
            }
            for (SQLWarning w = statement.getWarnings(); w != null; w = w.getNextWarning()) {
                said.add(w.getSQLState() + " " + w.getMessage());
            }
        } catch (SQLException e) {
            PostgresOracle.Failure failure = PostgresOracle.Failure.of(e);
            said.clear();
            said.add(String.join(" | ", failure.sqlState(), failure.message(), failure.detail(), failure.hint(),
                    "" + failure.position()));
        }
        return said.toString();
    }

    private static String wharf(Backend backend, String sql) {
        List<String> said = new ArrayList<>();
        try {
            backend.execute(sql, new DestReceiver() {
                private String name;

                @Override
                public void rowDescription(List<Column> columns) {
                    name = columns.getFirst().name();
                }

                @Override
                public void row(String... values) {
                    said.add(name + "=" + values[0]);
                }

                @Override
                public void notice(Notice notice) {
                    said.add(notice.sqlState() + " " + notice.message());
                }

                @Override
                public void commandComplete(String tag) {
                }

                @Override
                public WritableByteChannel copyOut() {
                    throw new AssertionError();
                }
            });
        } catch (PgError e) {
            said.clear();
            said.add(String.join(" | ", e.sqlState(), e.getMessage(), e.detail(), e.hint(), "" + e.position()));
        }
        return said.toString();
    }
}
