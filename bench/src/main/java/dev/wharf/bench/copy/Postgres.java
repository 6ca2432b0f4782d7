package dev.wharf.bench.copy;

import dev.wharf.bench.data.DataFile;
import dev.wharf.bench.data.DataSet;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * PostgreSQL over JDBC, reading and writing server-side files: one COPY of the whole file, or one for each half at
 * once on connections of their own. The tables are unlogged, which is PostgreSQL's fastest way.
 */
public final class Postgres implements Subject {
    private final Contender contender;
    private final Server server;
    private final List<Connection> connections = new ArrayList<>();

    /** @param server shared; closed by whoever made it */
    Postgres(Contender contender, Server server) throws IOException {
        this.contender = contender;
        this.server = server;
        int wanted = contender == Contender.POSTGRES_TWO ? 2 : 1;
        try {
            for (int i = 0; i < wanted; i++) {
                connections.add(server.connect());
            }
        } catch (SQLException e) {
            throw new IOException(contender.label() + ": " + e.getMessage(), e);
        }
    }

    /** A running server with a data directory of its own. */
    public static final class Server implements AutoCloseable {
        private static final Duration START_LIMIT = Duration.ofSeconds(60);

        private final EmbeddedPostgres postgres;
        private final String version;

        /**
         * Starts PostgreSQL with settings for bulk loads: a large shared_buffers, no checkpoint and no vacuum in the
         * middle of a load, no WAL for replicas. What guards data (fsync, full_page_writes, synchronous_commit) stays
         * as it is by default. The server refuses to run as root; for root it is started in a user namespace.
         *
         * @param sharedBuffersMb shared_buffers, in MiB
         */
        public Server(Path directory, int sharedBuffersMb) throws IOException {
            postgres = EmbeddedPostgres.builder()
                    .setDataDirectory(directory.resolve("data"))
                    .setOverrideWorkingDirectory(directory.resolve("binaries").toFile())
                    .setCleanDataDirectory(true)
                    .setPGStartupWait(START_LIMIT)
                    .setLocaleConfig("locale", "C")
                    .setServerConfig("shared_buffers", sharedBuffersMb + "MB")
                    .setServerConfig("max_wal_size", "16GB")
                    .setServerConfig("checkpoint_timeout", "1h")
                    .setServerConfig("wal_level", "minimal")
                    .setServerConfig("max_wal_senders", "0")
                    .setServerConfig("autovacuum", "off")
                    .setServerConfig("timezone", "UTC")
                    .start();
            try (Connection connection = connect();
                 Statement statement = connection.createStatement();
                 ResultSet row = statement.executeQuery("SHOW server_version")) {
                row.next();
                version = "PostgreSQL " + row.getString(1);
            } catch (SQLException e) {
                postgres.close();
                throw new IOException("PostgreSQL does not answer: " + e.getMessage(), e);
            }
        }

        public String version() {
            return version;
        }

        public Connection connect() throws SQLException {
            return postgres.getPostgresDatabase().getConnection();
        }

        @Override
        public void close() throws IOException {
            postgres.close();
        }
    }

    @Override
    public Contender contender() {
        return contender;
    }

    @Override
    public String version() {
        return server.version;
    }

    @Override
    public int warmUps() {
        return 1;
    }

    private String table(DataSet set) {
        return set.name() + (contender == Contender.POSTGRES_TWO ? "_two" : "");
    }

    @Override
    public void create(DataSet set) throws IOException {
        execute(connections.getFirst(), set.createTable(table(set), true));
    }

    @Override
    public void truncate(DataSet set) throws IOException {
        execute(connections.getFirst(), "TRUNCATE " + table(set));
    }

    @Override
    public long load(DataFile file) throws IOException {
        if (connections.size() == 1) {
            return execute(connections.getFirst(), Sql.copyFrom(table(file.set()), file.path()));
        }
        long rows = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(connections.size())) {
            List<Future<Long>> copies = new ArrayList<>();
            for (int i = 0; i < connections.size(); i++) {
                Connection connection = connections.get(i);
                String copy = Sql.copyFrom(table(file.set()), file.halves().get(i));
                copies.add(threads.submit(() -> execute(connection, copy)));
            }
            for (Future<Long> copy : copies) {
                rows += copy.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL worked", e);
        }
        return rows;
    }

    @Override
    public long writeBack(DataSet set, Path out) throws IOException {
        return execute(connections.getFirst(), Sql.copyTo(table(set), out));
    }

    @Override
    public void drop(DataSet set) throws IOException {
        execute(connections.getFirst(), "DROP TABLE " + table(set));
    }

    private static long execute(Connection connection, String sql) throws IOException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeLargeUpdate(sql);
        } catch (SQLException e) {
            throw new IOException("PostgreSQL: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IOException("PostgreSQL: " + e.getMessage(), e);
            }
        }
    }
}
