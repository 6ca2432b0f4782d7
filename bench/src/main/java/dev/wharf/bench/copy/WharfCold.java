package dev.wharf.bench.copy;

import dev.wharf.bench.data.DataFile;
import dev.wharf.bench.data.DataSet;
import java.io.IOException;
import java.nio.file.Path;

/** Wharf as a one-shot command: the launcher, the JVM's start, the forked workers and their end are all timed. */
final class WharfCold implements Subject {
    private final Contender contender;
    private final WharfCommand wharf;
    private final Path data;
    private final String version;

    /** @param data a data directory, made by {@code wharf init}; this subject has it to itself */
    WharfCold(Contender contender, WharfCommand wharf, Path data, String version) {
        this.contender = contender;
        this.wharf = wharf;
        this.data = data;
        this.version = version;
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
        wharf.sql(data, set.createTable(set.name(), !contender.durable()));
    }

    @Override
    public void truncate(DataSet set) throws IOException {
        wharf.sql(data, "TRUNCATE " + set.name());
    }

    @Override
    public long load(DataFile file) throws IOException {
        return WharfCommand.copied(wharf.sql(data, Sql.copyFrom(file.set().name(), file.path())));
    }

    @Override
    public long writeBack(DataSet set, Path out) throws IOException {
        return WharfCommand.copied(wharf.sql(data, Sql.copyTo(set.name(), out)));
    }

    @Override
    public void drop(DataSet set) throws IOException {
        wharf.sql(data, "DROP TABLE " + set.name());
    }

    @Override
    public void close() {
    }
}
