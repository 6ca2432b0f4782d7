package dev.wharf.bench.copy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The child process that holds DuckDB, so that its threads and memory are nobody else's. Reads a statement a line;
 * answers {@code OK} and a count, {@code IS} and a text, or {@code ERROR} and a message; ends with its input.
 */
public final class DuckDbServer {
    private DuckDbServer() {
    }

    /** @param arguments the JDBC URL */
    public static void main(String[] arguments) throws IOException, SQLException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            for (String sql = in.readLine(); sql != null; sql = in.readLine()) {
                out.println(answer(connection, sql));
            }
        }
    }

    private static String answer(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "OK " + Math.max(0, statement.getUpdateCount());
            }
            try (ResultSet rows = statement.getResultSet()) {
                if (!rows.next()) {
                    return "OK 0";
                }
                return rows.getObject(1) instanceof Number count ? "OK " + count.longValue()
                        : "IS " + rows.getString(1);
            }
        } catch (SQLException e) {
            return "ERROR " + e.getMessage().replace('\n', ' ');
        }
    }
}
