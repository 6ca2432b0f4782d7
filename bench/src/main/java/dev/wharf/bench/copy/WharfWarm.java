package dev.wharf.bench.copy;

import dev.wharf.bench.data.DataFile;
import dev.wharf.bench.data.DataSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Wharf as one long-lived {@code wharf sql} process with its pool of workers, fed with statements. The {@code Time:}
 * line of {@code \timing} marks a statement's end; the time itself is the harness's, from the statement's last byte
 * written to that line read.
 */
public final class WharfWarm implements Subject {
    private static final Duration LIMIT_AFTER_ERROR = Duration.ofSeconds(10);

    private final Contender contender;
    private final String version;
    private final LineProcess session;

    /** @param data a data directory, made by {@code wharf init}; this subject has it to itself */
    WharfWarm(Contender contender, WharfCommand wharf, Path data, String version) throws IOException {
        this.contender = contender;
        this.version = version;
        session = new LineProcess(contender.label(), wharf.session(data), wharf.directory());
        session.send("\\timing on");
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
        return 2;
    }

    @Override
    public void create(DataSet set) throws IOException {
        execute(set.createTable(set.name(), !contender.durable()));
    }

    @Override
    public void truncate(DataSet set) throws IOException {
        execute("TRUNCATE " + set.name());
    }

    @Override
    public long load(DataFile file) throws IOException {
        return WharfCommand.copied(execute(Sql.copyFrom(file.set().name(), file.path())));
    }

    @Override
    public long writeBack(DataSet set, Path out) throws IOException {
        return WharfCommand.copied(execute(Sql.copyTo(set.name(), out)));
    }

    @Override
    public void drop(DataSet set) throws IOException {
        execute("DROP TABLE " + set.name());
    }

    private String execute(String sql) throws IOException {
        return execute(session, sql);
    }

    /**
     * Sends one statement.
     *
     * @return what was printed before the {@code Time:} line
     * @throws IOException with the error's text, if there was one
     */
    public static String execute(LineProcess session, String sql) throws IOException {
        session.send(sql + ";");
        return answer(session);
    }

    /** What was printed before the next {@code Time:} line; an IOException with the error's text, if there was one. */
    public static String answer(LineProcess session) throws IOException {
        StringBuilder output = new StringBuilder();
        for (String line = session.receive(WharfCommand.LIMIT); !line.startsWith("Time: ");
                line = session.receive(WharfCommand.LIMIT)) {
            if (line.startsWith("ERROR:") || line.startsWith("FATAL:")) {
                throw new IOException(restOfError(session, line));
            }
            output.append(line).append('\n');
        }
        return output.toString();
    }

    /** psql prints the time after an error too: reads up to it, to keep in step. */
    private static String restOfError(LineProcess session, String first) {
        StringBuilder error = new StringBuilder(first);
        try {
            for (String line = session.receive(LIMIT_AFTER_ERROR); !line.startsWith("Time: ");
                    line = session.receive(LIMIT_AFTER_ERROR)) {
                error.append("; ").append(line);
            }
        } catch (IOException e) {
            error.append("; ").append(e.getMessage());
        }
        return error.toString();
    }

    @Override
    public void close() throws IOException {
        session.close();
    }
}
