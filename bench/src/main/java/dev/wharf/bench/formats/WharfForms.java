package dev.wharf.bench.formats;

import dev.wharf.bench.copy.LineProcess;
import dev.wharf.bench.copy.WharfCommand;
import dev.wharf.bench.copy.WharfWarm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One long-lived {@code wharf sql} process with its workers, which reads statements, and STDIN's data, from a pipe. */
final class WharfForms implements FormSubject {
    private final String version;
    private final LineProcess session;

    WharfForms(Path launcher, Path work) throws IOException {
        WharfCommand wharf = new WharfCommand(launcher, work);
        version = wharf.version();
        Path data = work.resolve("wharf");
        wharf.run(List.of("init", "-D", data.toString()));
        session = new LineProcess(name(), wharf.session(data), work);
        session.send("\\timing on");
    }

    @Override
    public String name() {
        return "Wharf, warm pool, unlogged";
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public boolean decompresses() {
        return true;
    }

    @Override
    public int warmUps() {
        return 3;
    }

    @Override
    public void execute(String sql) throws IOException {
        WharfWarm.execute(session, sql);
    }

    @Override
    public long copy(String sql) throws IOException {
        return WharfCommand.copied(WharfWarm.execute(session, sql));
    }

    @Override
    public long copyIn(String sql, Path data) throws IOException {
        session.send(sql + ";");
        session.send(data);
        session.send("\\.");
        return WharfCommand.copied(WharfWarm.answer(session));
    }

    @Override
    public void close() throws IOException {
        session.close();
    }
}
