package dev.wharf.nativetests;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/**
 * A real PostgreSQL 18 server, one for each test JVM, started at the first {@link #get()}: UTF8, C locale, TimeZone UTC,
 * DateStyle ISO, MDY, a random port on 127.0.0.1, data in a temporary directory. It stops, and the directory goes, when
 * the JVM exits.
 *
 * <p>PostgreSQL refuses to run as root; as root it is started in a user namespace, which needs {@code unshare}. Where
 * neither that nor another user is at hand, {@link #get()} skips the calling test and says why.
 *
 * <p>Thread-safe; a {@link Connection} that it hands out is not, and belongs to the caller, who closes it.
 */
public final class PostgresOracle {
    private static final Duration STARTUP_WAIT = Duration.ofSeconds(60);
    private static final String USER = "postgres";

    private static PostgresOracle instance;
    private static String unavailable;

    private final EmbeddedPostgres server;
    private final Path directory;

    private PostgresOracle(EmbeddedPostgres server, Path directory) {
        this.server = server;
        this.directory = directory;
    }

    /** The server, started if need be. Skips the calling test where no server can run. */
    public static synchronized PostgresOracle get() {
        if (instance == null && unavailable == null) {
            unavailable = whyNot();
            if (unavailable == null) {
                instance = start();
            }
        }
        Assumptions.assumeTrue(instance != null, () -> "PostgreSQL not compared with: " + unavailable);
        return instance;
    }

    /**
     * What PostgreSQL said of a statement that failed. Fields that it left out are null, {@code position} then 0.
     *
     * @param sqlState the five-character code
     * @param context  its CONTEXT ("where"), levels separated by a newline, innermost first
     * @param position 1-based character position in the statement
     */
    public record Failure(String sqlState, String message, String detail, String hint, String context, int position) {
        /** Takes a driver's exception apart; the exception must come from the server, not from the driver. */
        public static Failure of(SQLException e) {
            ServerErrorMessage error = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
            if (error == null) {
                throw new IllegalArgumentException("not an error of the server: " + e, e);
            }
            return new Failure(error.getSQLState(), error.getMessage(), error.getDetail(), error.getHint(),
                    error.getWhere(), error.getPosition());
        }
    }

    /** What the server said beside the result of the statement that ran last, in order, as {@link #notice} has it. */
    static List<String> notices(Statement statement) throws SQLException {
        return notices(statement.getWarnings());
    }

    static List<String> notices(SQLWarning first) {
        List<String> notices = new ArrayList<>();
        for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
            ServerErrorMessage message = ((PSQLWarning) warning).getServerErrorMessage();
            notices.add(notice(message.getSeverity(), message.getSQLState(), message.getMessage(), message.getWhere()));
        }
        return notices;
    }

    /** A message that is no error, as text to compare. */
    static String notice(String severity, String sqlState, String message, String context) {
        return severity + " " + sqlState + ": " + message + (context == null ? "" : " CONTEXT: " + context);
    }

    /** A new connection to the {@code postgres} database, in autocommit mode. */
    public Connection connect() throws SQLException {
        return prepare(server.getPostgresDatabase().getConnection());
    }

    /** The same with an option of the driver's. */
    public Connection connect(String option) throws SQLException {
        return prepare(DriverManager.getConnection(server.getJdbcUrl(USER, "postgres") + "&" + option));
    }

    private static Connection prepare(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            // the driver asks for the zone of this JVM when it connects
            statement.execute("SET TimeZone TO 'UTC'");
        }
        return connection;
    }

    /** Runs statements on a connection of their own. */
    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect(); var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /**
     * {@code COPY ... FROM STDIN} with {@code data} as the input.
     *
     * @return the rows copied
     */
    public long copyIn(Connection connection, String sql, byte[] data) throws SQLException {
        try {
            return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, new ByteArrayInputStream(data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #copyIn(Connection, String, byte[])}, on a connection of its own. */
    public long copyIn(String sql, byte[] data) throws SQLException {
        try (Connection connection = connect()) {
            return copyIn(connection, sql, data);
        }
    }

    /** {@code COPY ... TO STDOUT}: the bytes that the server sends. */
    public byte[] copyOut(Connection connection, String sql) throws SQLException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** As {@link #copyOut(Connection, String)}, on a connection of its own. */
    public byte[] copyOut(String sql) throws SQLException {
        try (Connection connection = connect()) {
            return copyOut(connection, sql);
        }
    }

    /**
     * A directory that the server's user can read and write, for {@code COPY t FROM '/file'} and {@code TO}; gone with the
     * server.
     */
    public Path sharedDirectory() {
        return directory.resolve("shared");
    }

    private static String whyNot() {
        if (!"amd64".equals(System.getProperty("os.arch")) || !System.getProperty("os.name").startsWith("Linux")) {
            return "its binaries here are for Linux on amd64";
        }
        if (isRoot() && !succeeds("unshare", "-U", "id", "-u")) {
            return "it refuses to run as root, and unshare -U does not work";
        }
        return null;
    }

    private static boolean isRoot() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static PostgresOracle start() {
        Path directory = null;
        try {
            directory = Files.createTempDirectory("wharf-postgres");
            Path log = directory.resolve("server.log");
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path shared = Files.createDirectory(directory.resolve("shared"));
            Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(directory.resolve("binaries").toFile())
                    .setDataDirectory(directory.resolve("data"))
                    .setCleanDataDirectory(true)
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(STARTUP_WAIT)
                    .setLocaleConfig("encoding", "UTF8")
                    .setLocaleConfig("locale", "C")
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("TimeZone", "UTC")
                    .setServerConfig("DateStyle", "ISO,MDY")
                    .setServerConfig("lc_messages", "C")
                    .setServerConfig("fsync", "off")
                    .setConnectConfig("user", USER)
                    .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            PostgresOracle oracle = new PostgresOracle(server, directory);
            Runtime.getRuntime().addShutdownHook(new Thread(oracle::stop, "postgres-oracle-stop"));
            return oracle;
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL did not start; see server.log in " + directory, e);
        }
    }

    private void stop() {
        try {
            server.close();
            deleteTree(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
