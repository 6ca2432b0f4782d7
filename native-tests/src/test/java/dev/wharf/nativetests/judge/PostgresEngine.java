package dev.wharf.nativetests.judge;

import dev.wharf.nativetests.PostgresOracle;
import dev.wharf.nativetests.PostgresOracle.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/** PostgreSQL, over one connection. */
final class PostgresEngine implements Engine, AutoCloseable {
    private final PostgresOracle oracle = PostgresOracle.get();
    private final Connection connection;
    private final String directory = oracle.sharedDirectory().toString();
    private final Path workingDirectory;

    PostgresEngine() throws SQLException {
        connection = oracle.connect();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW data_directory")) {
            result.next();
            workingDirectory = Path.of(result.getString(1));
        }
    }

    /** What relative file names are relative to in the server. */
    Path workingDirectory() {
        return workingDirectory;
    }

    @Override
    public void reset() throws SQLException {
        execute("SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public; RESET ALL; "
                + "SET TimeZone TO 'UTC'");
    }

    /** What follows happens in a transaction, up to {@link #rollback}. */
    void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    void rollback() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    /** Runs statements that must succeed. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public Outcome run(Step step) throws IOException, SQLException {
        Files.write(workingDirectory.resolve(INPUT_FILE), step.input());
        Outcome.Builder outcome = new Outcome.Builder(step, directory);
        Path written = step.written() == null ? null : oracle.sharedDirectory().resolve(step.written());
        if (written != null) {
            Files.deleteIfExists(written);
        }
        connection.clearWarnings();
        boolean aborted = false;
        try {
            if (step.readsStdin()) {
                long rows = oracle.copyIn(connection, step.sql(directory), step.input());
                notices(connection.getWarnings(), outcome);
                outcome.tag("COPY " + rows);
            } else if (step.writesStdout()) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                long rows = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(step.sql(directory), out);
                notices(connection.getWarnings(), outcome);
                outcome.tag("COPY " + rows).output(out.toByteArray());
            } else {
                runStatement(step, outcome);
            }
        } catch (PSQLException e) {
            notices(connection.getWarnings(), outcome);
            outcome.message("ERROR", Failure.of(e));
            aborted = !connection.getAutoCommit();
        }
        if (written != null && Files.exists(written)) {
            outcome.output(Files.readAllBytes(written));
        }
        if (step.target() != null && !aborted) {
            rows(step, outcome);
        }
        return outcome.build();
    }

    private void runStatement(Step step, Outcome.Builder outcome) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try {
                statement.execute(step.sql(directory));
                notices(statement.getWarnings(), outcome);
                if (step.sql().stripLeading().regionMatches(true, 0, "COPY", 0, 4)) {
                    outcome.tag("COPY " + statement.getLargeUpdateCount());
                }
            } catch (PSQLException e) {
                notices(statement.getWarnings(), outcome);
                throw e;
            }
        }
    }

    private void rows(Step step, Outcome.Builder outcome) throws SQLException {
        try {
            outcome.rows(oracle.copyOut(connection, Outcome.dump(step.target())));
        } catch (PSQLException e) {
            // There is no such table, as the statement's own error says.
            Failure.of(e);
        }
    }

    private static void notices(SQLWarning first, Outcome.Builder outcome) {
        for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
            ServerErrorMessage m = ((PSQLWarning) warning).getServerErrorMessage();
            outcome.message(m.getSeverity(), new Failure(m.getSQLState(), m.getMessage(), m.getDetail(), m.getHint(),
                    m.getWhere(), m.getPosition()));
        }
    }

    @Override
    public void close() throws IOException, SQLException {
        connection.close();
        Files.deleteIfExists(workingDirectory.resolve(INPUT_FILE));
    }
}
