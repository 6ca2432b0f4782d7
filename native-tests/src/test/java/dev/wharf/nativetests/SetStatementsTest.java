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

    @Test
    void asPostgres(@TempDir Path directory) throws SQLException, IOException {
        Path data = directory.resolve("data");
        DataDirectory.init(data);
        StringBuilder expected = new StringBuilder();
        StringBuilder actual = new StringBuilder();
        try (DataDirectory opened = DataDirectory.open(data);
                Connection connection = PostgresOracle.get().connect("preferQueryMode=simple");
                Statement statement = connection.createStatement()) {
            Backend backend = new Backend(opened, directory);
            for (String sql : STATEMENTS) {
                expected.append(sql).append(": ").append(postgres(statement, sql)).append('\n');
                actual.append(sql).append(": ").append(wharf(backend, sql)).append('\n');
            }
        }
        assertEquals(expected.toString(), actual.toString());
        assertTrue(expected.toString().contains("[25P01 SET LOCAL can only be used in transaction blocks]"), expected::toString);
        assertTrue(expected.toString().contains("[22023 | SET lab.b takes only one argument | null | null | 0]"),
                expected::toString);
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
