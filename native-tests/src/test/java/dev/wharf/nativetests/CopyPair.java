package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.copy.CopyResult;
import dev.wharf.core.error.PgError;
import dev.wharf.core.source.CopyDataSource;
import dev.wharf.core.tcop.DestReceiver;
import dev.wharf.core.utility.Notice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Wharf on a data directory of its own, and PostgreSQL beside it: each has a table {@code t}, and both are told the same. One
 * thread uses it; {@link #close} ends Wharf's workers.
 */
final class CopyPair implements AutoCloseable {
    /** How Wharf goes about a COPY. */
    record Mode(int workers, boolean leaderParticipation, int taskBytes) {
        static final Mode SERIAL = new Mode(0, true, 1 << 30);

        @Override
        public String toString() {
            return workers + " workers, leader " + (leaderParticipation ? "on" : "off") + ", tasks of " + taskBytes + " bytes";
        }
    }

    /** What became of a COPY FROM: the table then, as text, or the error, and what was said meanwhile. */
    record Outcome(String tag, String table, PostgresOracle.Failure failure, List<String> notices) {
        @Override
        public String toString() {
            return String.join("\n", notices) + (notices.isEmpty() ? "" : "\n")
                    + (failure == null ? tag + "\n" + table : failure + "\ntable then: " + table);
        }
    }

    /** NULL and the empty string, quoted newlines and all else stay apart in this. */
    private static final String DUMP = "COPY t TO STDOUT (FORMAT csv, NULL 'nil')";

    private final Path dataDirectory;
    private final DataDirectory directory;
    private final Backend backend;
    private final Receiver receiver = new Receiver();
    private final PostgresOracle oracle;
    private final Connection connection;
    private final Path file;
    private Mode mode;

    CopyPair(Path dataDirectory) throws IOException, SQLException {
        oracle = PostgresOracle.get();
        connection = oracle.connect("allowEncodingChanges=true");
        file = Files.createTempFile(oracle.sharedDirectory(), "copy", ".csv");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        this.dataDirectory = dataDirectory;
        DataDirectory.init(dataDirectory);
        directory = DataDirectory.open(dataDirectory);
        backend = new Backend(directory, dataDirectory);
        wharf("SET min_parallel_copy_size = 0; SET parallel_setup_time = 0");
    }

    /** Forks workers, so that COPYs find them warm. */
    void startWorkers(int count) {
        directory.startWorkers(count);
    }

    /** Makes the table anew in both. */
    void createTable(String columns) throws SQLException {
        String sql = "SET client_min_messages = error; DROP TABLE IF EXISTS t; RESET client_min_messages; "
                + "CREATE UNLOGGED TABLE t (" + columns + ")";
        wharf(sql);
        postgres(sql);
    }

    /** The file that {@code COPY FROM} reads, as both see it. */
    void write(byte[] data) throws IOException {
        Files.write(file, data);
    }

    Path file() {
        return file;
    }

    /** Loads the file into PostgreSQL's table, emptied before. {@code columns} is empty or a list in parentheses. */
    Outcome loadPostgres(String columns, String options) throws SQLException {
        return loadPostgres(quotedFile(), columns, options);
    }

    /** @param from as it stands in COPY */
    Outcome loadPostgres(String from, String columns, String options) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE t");
            try {
                long rows = statement.executeLargeUpdate(copyFrom(from, columns, options));
                return new Outcome("COPY " + rows, text(oracle.copyOut(connection, DUMP)), null,
                        PostgresOracle.notices(statement));
            } catch (SQLException e) {
                return new Outcome(null, text(oracle.copyOut(connection, DUMP)), PostgresOracle.Failure.of(e),
                        PostgresOracle.notices(statement));
            }
        }
    }

    /** Gives the file's content to PostgreSQL's COPY FROM STDIN. */
    Outcome sendPostgres(String columns, String options) throws SQLException, IOException {
        postgres("TRUNCATE t");
        connection.clearWarnings();
        String tag = null;
        PostgresOracle.Failure failure = null;
        try {
            tag = "COPY " + oracle.copyIn(connection, copyFrom("STDIN", columns, options), Files.readAllBytes(file));
        } catch (SQLException e) {
            failure = PostgresOracle.Failure.of(e);
        }
        List<String> notices = PostgresOracle.notices(connection.getWarnings());
        return new Outcome(tag, text(oracle.copyOut(connection, DUMP)), failure, notices);
    }

    /** Loads the file into Wharf's table, emptied before. */
    Outcome loadWharf(String columns, String options, Mode how) {
        return loadWharf(quotedFile(), columns, options, how);
    }

    /** Loads what {@code source} gives into Wharf's table, emptied before. */
    Outcome sendWharf(CopyDataSource source, String columns, String options, Mode how) {
        receiver.in = source;
        return loadWharf("STDIN", columns, options, how);
    }

    /** @param from as it stands in COPY */
    Outcome loadWharf(String from, String columns, String options, Mode how) {
        set(how);
        wharf("TRUNCATE t");
        try {
            String tag = wharf(copyFrom(from, columns, options)).tag;
            if (how.workers > 0 && !how.leaderParticipation) {
                long tasksOfLeader = lastCopy().processes().stream().filter(CopyResult.ProcessShare::leader)
                        .mapToLong(CopyResult.ProcessShare::tasks).sum();
                assertEquals(0, tasksOfLeader, "tasks of a leader that was to do none: " + how);
            }
            long working = lastCopy().processes().stream().filter(share -> !share.leader()).count();
            assertTrue(working <= how.workers, () -> working + " workers worked: " + how);
            List<String> notices = List.copyOf(receiver.notices);
            return new Outcome(tag, text(wharf(DUMP).bytes()), null, notices);
        } catch (PgError e) {
            List<String> notices = List.copyOf(receiver.notices);
            return new Outcome(null, text(wharf(DUMP).bytes()), new PostgresOracle.Failure(e.sqlState(), e.getMessage(),
                    e.detail(), e.hint(), e.context(), e.position()), notices);
        }
    }

    /** Wharf's table. */
    Relation relation(String name) {
        return directory.catalog().lookup(name);
    }

    /** What Wharf's table consists of now. */
    Manifest manifest(String name) throws IOException {
        Path manifest = dataDirectory.resolve("base/" + relation(name).oid() + "/manifest");
        return Manifest.decode(Files.readAllBytes(manifest), manifest.toString());
    }

    /** The connection to PostgreSQL. */
    Connection connection() {
        return connection;
    }

    CopyResult lastCopy() {
        return backend.lastCopy();
    }

    void set(Mode how) {
        if (!how.equals(mode)) {
            wharf("SET max_parallel_copy_workers = " + how.workers + "; SET copy_task_size = " + how.taskBytes
                    + "; SET parallel_leader_participation = " + (how.leaderParticipation ? "on" : "off"));
            mode = how;
        }
    }

    private String quotedFile() {
        return SampleData.quote(file);
    }

    private static String copyFrom(String from, String columns, String options) {
        return "COPY t " + columns + " FROM " + from + " " + with(options);
    }

    /** The options in parentheses; FORMAT csv unless they begin with another. */
    static String with(String options) {
        return "(" + (options.startsWith("FORMAT") ? "" : options.isEmpty() ? "FORMAT csv" : "FORMAT csv, ") + options + ")";
    }

    /** What {@code COPY ... TO STDOUT} gives. */
    byte[] copyOutWharf(String sql, Mode how) {
        set(how);
        return wharf(sql).bytes();
    }

    byte[] copyOutPostgres(String sql) throws SQLException {
        return oracle.copyOut(connection, sql);
    }

    /** What FORMAT json is to write: PostgreSQL 18, which has none, has to_json. */
    String rowsAsJson() throws SQLException {
        StringBuilder json = new StringBuilder();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT row_to_json(t) FROM t")) {
            while (rows.next()) {
                json.append(rows.getString(1)).append('\n');
            }
        }
        return json.toString();
    }

    /** Runs statements that must succeed. */
    void postgres(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** @throws PgError what Wharf says */
    Receiver wharf(String sql) {
        receiver.clear();
        backend.execute(sql, receiver);
        return receiver;
    }

    /** Bytes as text of which nothing is lost. */
    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The last statement's results. */
    static final class Receiver implements DestReceiver {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final List<String> notices = new ArrayList<>();
        private String tag;
        private CopyDataSource in;

        private void clear() {
            out.reset();
            notices.clear();
            tag = null;
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        String tag() {
            return tag;
        }

        @Override
        public void rowDescription(List<Column> columns) {
            throw new IllegalStateException("rows");
        }

        @Override
        public void row(String... values) {
            throw new IllegalStateException("a row");
        }

        @Override
        public void notice(Notice notice) {
            notices.add(PostgresOracle.notice(notice.severity(), notice.sqlState(), notice.message(), notice.context()));
        }

        @Override
        public void commandComplete(String commandTag) {
            tag = commandTag;
        }

        @Override
        public WritableByteChannel copyOut() {
            return Channels.newChannel(out);
        }

        @Override
        public CopyDataSource copyIn() {
            return in;
        }
    }

    @Override
    public void close() throws IOException, SQLException {
        directory.close();
        connection.close();
        Files.delete(file);
    }
}
