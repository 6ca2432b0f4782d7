package dev.wharf.bench.copy;

import dev.wharf.bench.data.DataFile;
import dev.wharf.bench.data.DataSet;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * DuckDB in a JVM of its own, in memory or on its file; on the file a load includes the CHECKPOINT that puts the rows
 * there. The table exists with its types, and the CSV's dialect is told, so that nothing is guessed.
 */
final class DuckDb implements Subject {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String READ_OPTIONS =
            " (FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '', ALLOW_QUOTED_NULLS false)";
    private static final String WRITE_OPTIONS = " (FORMAT csv, HEADER)";

    private final Contender contender;
    private final String version;
    private final LineProcess process;

    /** @param directory where the database file goes, and the child runs */
    DuckDb(Contender contender, Path directory) throws IOException {
        this.contender = contender;
        String url = "jdbc:duckdb:" + (contender.durable() ? directory.resolve("peer.duckdb") : "");
        process = new LineProcess(contender.label(), List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx128m", "-cp",
                classPath(), DuckDbServer.class.getName(), url), directory);
        try {
            version = "DuckDB " + ask("SELECT version()").substring("IS ".length());
        } catch (IOException e) {
            process.close();
            throw e;
        }
    }

    /** This process's, made absolute: the child runs elsewhere. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Override
    public Contender contender() {
        return contender;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public int warmUps() {
        return 1;
    }

    @Override
    public void create(DataSet set) throws IOException {
        execute(set.createTable(set.name(), false));
    }

    /** By DROP and CREATE: TRUNCATE leaves DuckDB with row groups to clean up in the load that follows. */
    @Override
    public void truncate(DataSet set) throws IOException {
        drop(set);
        create(set);
        if (contender.durable()) {
            execute("CHECKPOINT");
        }
    }

    @Override
    public long load(DataFile file) throws IOException {
        long rows = execute("COPY " + file.set().name() + " FROM " + Sql.literal(file.path()) + READ_OPTIONS);
        if (contender.durable()) {
            execute("CHECKPOINT");
        }
        return rows;
    }

    @Override
    public long writeBack(DataSet set, Path out) throws IOException {
        return execute("COPY " + set.name() + " TO " + Sql.literal(out) + WRITE_OPTIONS);
    }

    @Override
    public void drop(DataSet set) throws IOException {
        execute("DROP TABLE " + set.name());
    }

    private long execute(String sql) throws IOException {
        String answer = ask(sql);
        return answer.startsWith("OK ") ? Long.parseLong(answer.substring(3)) : 0;
    }

    private String ask(String sql) throws IOException {
        process.send(sql);
        String answer = process.receive(LIMIT);
        // a line that is no answer is the JVM's: a crash log, a missing class
        if (!answer.startsWith("OK ") && !answer.startsWith("IS ")) {
            throw new IOException("DuckDB: " + answer);
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
