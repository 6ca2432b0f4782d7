package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.ServerLog;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.guc.BoolVariable;
import dev.wharf.core.guc.ConfigEnumEntry;
import dev.wharf.core.guc.ConfigFileProcessor;
import dev.wharf.core.guc.ConfigurationParameters;
import dev.wharf.core.guc.EnumVariable;
import dev.wharf.core.guc.GucContext;
import dev.wharf.core.guc.GucDefinition;
import dev.wharf.core.guc.GucFlag;
import dev.wharf.core.guc.GucHooks;
import dev.wharf.core.guc.GucTable;
import dev.wharf.core.guc.GucSource;
import dev.wharf.core.guc.GucVariable;
import dev.wharf.core.guc.IntVariable;
import dev.wharf.core.guc.RealVariable;
import dev.wharf.core.guc.StringVariable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parameters defined as PostgreSQL defines its own: it says what a value means, how it is shown, and what is wrong with it. */
class SettingsOracleTest {
    private static final int MAX = Integer.MAX_VALUE;

    private static final List<String> NUMBERS = List.of("0", "1", "64", "100", "1024", "8192", "1048576", "10000000", "-1",
            "+5", " 77 ", "077", "0x40", "0x1F", "0X", "1.5", "2.5", "63.5", "1e2", "1e", "1e+", ".5", "5.", ".", "-.5e1",
            "1e400", "1e-400", "inf", "-Infinity", "nan", "99999999999", "99999999999999999999", "2147483647", "2147483648",
            "-2147483649", "", " ", "abc", "1 2", "1B", "1024B", "1536B", "64kB", "1MB", "1 MB", " 1  MB ", "1mb", "1KB",
            "1GB", "2GB", "30.1GB", "1.25MB", "1TB", "3TB", "1PB", "1kBs", "8kB", "9kB", "0.1kB", "100us", "1500us", "1ms",
            "90s", "1500ms", "2min", "1h", "36h", "1d", "0.5d", "25d", "1sec", "1 m", "0.7ms", "1min30s", "0.5", "1.50001",
            "1e10", "123456.7", "0.000012345", "1234567", "0x1.8", "0x1p3", "\u00a01", "1\u00a0", "1\tMB", "infinityMB");

    private final GucTable table = new GucTable(new ServerLog());
    private final ConfigurationParameters session;

    SettingsOracleTest() {
        integer("work_mem", 64, MAX, GucFlag.UNIT_KB);
        integer("temp_buffers", 100, MAX / 2, GucFlag.UNIT_BLOCKS);
        integer("log_parameter_max_length", -1, MAX / 2, GucFlag.UNIT_BYTE);
        integer("lock_timeout", 0, MAX, GucFlag.UNIT_MS);
        integer("tcp_keepalives_idle", 0, MAX, GucFlag.UNIT_S);
        integer("geqo_effort", 1, 10);
        integer("extra_float_digits", -15, 3);
        real("vacuum_cost_delay", 0, 100, GucFlag.UNIT_MS);
        real("geqo_selection_bias", 1.5, 2.0);
        real("random_page_cost", 0, Double.MAX_VALUE);
        table.define(new BoolVariable(definition("enable_seqscan", GucContext.USERSET), true, GucHooks.none()));
        List<ConfigEnumEntry> levels = new ArrayList<>(ConfigEnumEntry.of("debug5", "debug4", "debug3", "debug2", "debug1"));
        levels.add(new ConfigEnumEntry("debug", "debug2", true));
        levels.addAll(ConfigEnumEntry.of("log"));
        levels.add(new ConfigEnumEntry("info", "info", true));
        levels.addAll(ConfigEnumEntry.of("notice", "warning", "error"));
        table.define(new EnumVariable(definition("client_min_messages", GucContext.USERSET), "notice", levels, GucHooks.none()));
        table.define(new EnumVariable(definition("bytea_output", GucContext.USERSET), "hex",
                ConfigEnumEntry.of("escape", "hex"), GucHooks.none()));
        table.define(new StringVariable(definition("dynamic_library_path", GucContext.SUSET), "$libdir", GucHooks.none()));
        table.define(new BoolVariable(definition("fsync", GucContext.SIGHUP), true, GucHooks.none()));
        table.define(new IntVariable(definition("max_connections", GucContext.POSTMASTER), 100, 1, 262143, GucHooks.none()));
        table.define(new StringVariable(definition("server_version", GucContext.INTERNAL), "18", GucHooks.none()));
        table.define(new BoolVariable(definition("ignore_system_indexes", GucContext.BACKEND), false, GucHooks.none()));
        session = new ConfigurationParameters(table);
    }

    private static GucDefinition definition(String name, GucContext context, GucFlag... flags) {
        return new GucDefinition(name, "For a test.", context, flags);
    }

    private void integer(String name, int min, int max, GucFlag... unit) {
        table.define(new IntVariable(definition(name, GucContext.USERSET, unit), Math.max(min, 0), min, max, GucHooks.none()));
    }

    private void real(String name, double min, double max, GucFlag... unit) {
        table.define(new RealVariable(definition(name, GucContext.USERSET, unit), min, min, max, GucHooks.none()));
    }

    private String wharf(String name, String value) {
        try {
            session.set(name, value);
            return session.get(name);
        } catch (PgError e) {
            return e.sqlState() + " " + e.getMessage() + " | " + e.detail() + " | " + e.hint();
        }
    }

    private static String postgres(Statement statement, String name, String value) throws SQLException {
        try {
            statement.execute("SET " + name + " = '" + value.replace("'", "''") + "'");
            try (ResultSet shown = statement.executeQuery("SHOW " + name)) {
                shown.next();
                return shown.getString(1);
            }
        } catch (SQLException e) {
            PostgresOracle.Failure failure = PostgresOracle.Failure.of(e);
            return failure.sqlState() + " " + failure.message() + " | " + failure.detail() + " | " + failure.hint();
        }
    }

    private void compare(List<String> names, List<String> values) throws SQLException {
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        try (Connection connection = PostgresOracle.get().connect(); Statement statement = connection.createStatement()) {
            for (String name : names) {
                for (String value : values) {
                    String what = "SET " + name + " = '" + value + "': ";
                    expected.add(what + postgres(statement, name, value));
                    actual.add(what + wharf(name, value));
                }
            }
        }
        same(expected, actual);
    }

    private static void same(List<String> expected, List<String> actual) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.get(i).equals(actual.get(i))) {
                differences.add(expected.get(i) + "\n  not: " + actual.get(i));
            }
        }
        assertEquals("", String.join("\n", differences));
        assertFalse(expected.isEmpty());
    }

    @Test
    void integers() throws SQLException {
        compare(List.of("work_mem", "temp_buffers", "log_parameter_max_length", "lock_timeout",
                "geqo_effort", "extra_float_digits"), NUMBERS);
    }

    @Test
    void reals() throws SQLException {
        compare(List.of("vacuum_cost_delay", "geqo_selection_bias", "random_page_cost"), NUMBERS);
    }

    @Test
    void wordsAndTexts() throws SQLException {
        compare(List.of("enable_seqscan", "client_min_messages", "bytea_output"), List.of("on", "off", "o", "of", "t", "TRUE",
                "fa", "falsey", "y", "n", "No", "1", "0", "2", "", " on", "debug", "Debug3", "info", "ERROR", "fatal", "hex",
                "Escape", "hexx"));
        compare(List.of("dynamic_library_path"), List.of("", "a b", "\u00e9", "it's"));
    }

    @Test
    void contextsAndNames() throws SQLException {
        compare(List.of("fsync", "max_connections", "server_version", "ignore_system_indexes"), List.of("on", "1", "no such"));
        compare(List.of("nosuch", "a.b", "a.B$1", "a.b.c"), List.of("", "x y"));
    }

    /** A value of a name that nobody defines, and what is left of it. */
    @Test
    void placeholders() throws SQLException {
        try (Connection connection = PostgresOracle.get().connect(); Statement statement = connection.createStatement()) {
            compareShown(statement, "Lab.color", SqlState.UNDEFINED_OBJECT);
            statement.execute("RESET lab.color");
            session.reset("lab.color");
            compareShown(statement, "LAB.color", null);
            statement.execute("SET lab.Color = 'red'");
            session.set("lab.Color", "red");
            compareShown(statement, "lab.color", null);
            statement.execute("RESET ALL");
            session.resetAll();
            compareShown(statement, "lab.color", null);
        }
    }

    private void compareShown(Statement statement, String name, String sqlState) throws SQLException {
        String expected;
        try (ResultSet shown = statement.executeQuery("SHOW " + name)) {
            shown.next();
            expected = shown.getMetaData().getColumnName(1) + "=" + shown.getString(1);
        } catch (SQLException e) {
            PostgresOracle.Failure failure = PostgresOracle.Failure.of(e);
            assertEquals(sqlState, failure.sqlState());
            expected = failure.message().toLowerCase(Locale.ROOT);
        }
        String actual;
        try {
            actual = session.canonicalName(name) + "=" + session.get(name);
        } catch (PgError e) {
            assertEquals(sqlState, e.sqlState());
            // The lexer folds the name for one, and there is none for the other.
            actual = e.getMessage().toLowerCase(Locale.ROOT);
        }
        assertEquals(expected.toLowerCase(Locale.ROOT), actual.toLowerCase(Locale.ROOT));
    }

    /** PostgreSQL's server reads the lines in its own file, one at a time: it stops looking at the first error. */
    @Test
    void configurationFile(@TempDir Path directory) throws SQLException, IOException {
        List<String> lines = List.of("work_mem = 5MB", "work_mem 6MB # six", "geqo_effort=3", "  bytea_output\t=\tescape  ",
                "dynamic_library_path = 'a''b\\tc\\101\\\\'", "dynamic_library_path = a/b.c:d-e", "random_page_cost = +1.5e-1",
                "random_page_cost = .5", "work_mem = 0x100kB", "extra_float_digits = -3", "a.b = on", "", "# nothing",
                "dynamic_library_path = ''", "dynamic_library_path = '# no comment'", "work_mem", "work_mem =", "= 5",
                "work_mem == 5", "work_mem = 5 MB", "work_mem = 5MB 6", "work_mem = 'x", "work_mem = $x", "a.b.c = 1",
                "5 = work_mem", "work_mem = 1.5MB", "'work_mem' = 1", "work_mem = a b", "bytea_output = es,cape",
                "work_mem = \"5MB\"", "work_mem = -", "work_mem=1e3", "work_mem=1.e3", "work_mem=.", "work_mem = 0x",
                "work_mem='a\\", "work_mem = 'a'b", "work_mem = 'a''", "Work_Mem = 7#x", "work_mem = 5\r",
                "work_mem = \u00e9", "work_mem = 'a' 'b'", "work_mem = on.", "work_mem = 1-2", "work_mem\f= 5");
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        try (Connection connection = PostgresOracle.get().connect(); Statement statement = connection.createStatement()) {
            Path file;
            try (ResultSet shown = statement.executeQuery("SHOW config_file")) {
                shown.next();
                file = Path.of(shown.getString(1));
            }
            byte[] before = Files.readAllBytes(file);
            long last = new String(before, StandardCharsets.UTF_8).lines().count();
            try {
                for (String line : lines) {
                    Files.write(file, before);
                    Files.writeString(file, "\n" + line + "\n", StandardOpenOption.APPEND);
                    expected.add(line + ": " + postgresLine(statement, file, last));
                    actual.add(line + ": " + wharfLine(directory.resolve("wharf.conf"), line));
                }
            } finally {
                Files.write(file, before);
            }
        }
        same(expected, actual);
    }

    private static String postgresLine(Statement statement, Path file, long last) throws SQLException {
        String sql = "SELECT name, setting, error FROM pg_file_settings WHERE sourceline > " + last + " AND sourcefile = '" + file
                + "'";
        try (ResultSet rows = statement.executeQuery(sql)) {
            if (!rows.next()) {
                return "nothing";
            }
            String error = rows.getString(3);
            return error != null && error.startsWith("syntax error") ? "syntax error"
                    : rows.getString(1).toLowerCase(Locale.ROOT) + " " + rows.getString(2);
        }
    }

    private static String wharfLine(Path file, String line) throws IOException {
        Files.writeString(file, line + "\n");
        GucTable texts = new GucTable(new ServerLog());
        for (String name : List.of("work_mem", "geqo_effort", "bytea_output", "dynamic_library_path", "random_page_cost",
                "extra_float_digits")) {
            texts.define(new StringVariable(definition(name, GucContext.USERSET), null, GucHooks.none()));
        }
        try {
            new ConfigFileProcessor(texts, file).load();
        } catch (PgError e) {
            assertEquals("F0000", e.sqlState());
            return e.detail().startsWith("syntax error") ? "syntax error" : e.detail();
        }
        for (GucVariable<?> variable : texts.variables()) {
            if (variable.source() == GucSource.FILE) {
                return variable.name() + " " + variable.get();
            }
        }
        return "nothing";
    }
}
