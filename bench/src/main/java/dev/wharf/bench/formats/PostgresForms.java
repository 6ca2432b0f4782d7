package dev.wharf.bench.formats;

import dev.wharf.bench.copy.Postgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/** PostgreSQL over JDBC; STDIN's data come through pgjdbc's CopyManager. */
final class PostgresForms implements FormSubject {
    private static final int BUFFER = 1 << 16;

    private final Postgres.Server server;
    private final Connection connection;

    PostgresForms(Path work, int sharedBuffersMb) throws IOException {
        server = new Postgres.Server(work.resolve("postgres"), sharedBuffersMb);
        try {
            connection = server.connect();
        } catch (SQLException e) {
            server.close();
            throw new IOException("PostgreSQL: " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return "PostgreSQL, unlogged";
    }

    @Override
    public String version() {
        return server.version();
    }

    @Override
    public boolean decompresses() {
        return false;
    }

    @Override
    public int warmUps() {
        return 1;
    }

    @Override
    public void execute(String sql) throws IOException {
        copy(sql);
    }

    @Override
    public long copy(String sql) throws IOException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeLargeUpdate(sql);
        } catch (SQLException e) {
            throw new IOException("PostgreSQL: " + e.getMessage(), e);
        }
    }

    @Override
    public long copyIn(String sql, Path data) throws IOException {
        try (InputStream in = Files.newInputStream(data)) {
            return new CopyManager(connection.unwrap(BaseConnection.class)).copyIn(sql, in, BUFFER);
        } catch (SQLException e) {
            throw new IOException("PostgreSQL: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try (server) {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("PostgreSQL: " + e.getMessage(), e);
        }
    }
}
