package dev.wharf.bench.copy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The contenders of a run, started; those that this machine cannot run are left out with a remark. */
final class Contenders implements AutoCloseable {
    private static final int SHARED_BUFFERS_MB = 2048;
    private static final int SMALL_SHARED_BUFFERS_MB = 128;

    private final CopyBenchmark.Settings settings;
    private final Path work;
    private final Consumer<String> remark;
    private final List<Subject> subjects = new ArrayList<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private Contenders(CopyBenchmark.Settings settings, Path work, Consumer<String> remark) {
        this.settings = settings;
        this.work = work;
        this.remark = remark;
    }

    static Contenders open(CopyBenchmark.Settings settings, Path work, Consumer<String> remark) {
        Contenders contenders = new Contenders(settings, work, remark);
        contenders.openWharf();
        if (settings.peers().contains(Contender.POSTGRES.product())) {
            contenders.openPostgres();
        }
        if (settings.peers().contains(Contender.DUCKDB_FILE.product())) {
            contenders.openDuckDb();
        }
        return contenders;
    }

    List<Subject> subjects() {
        return List.copyOf(subjects);
    }

    private void openWharf() {
        Path launcher = settings.home().resolve("wharf");
        if (!Files.isExecutable(launcher)) {
            remark.accept("Wharf is not measured: there is no executable " + launcher);
            return;
        }
        WharfCommand wharf = new WharfCommand(launcher, work);
        try {
            // builds, where needed, before anything is timed
            String version = wharf.version();
            for (Contender contender : Contender.values()) {
                if (contender.isWharf()) {
                    Path data = work.resolve(contender.name().toLowerCase(Locale.ROOT));
                    wharf.run(List.of("init", "-D", data.toString()));
                    boolean warm = contender == Contender.WHARF_WARM || contender == Contender.WHARF_WARM_UNLOGGED;
                    add(warm ? new WharfWarm(contender, wharf, data, version)
                            : new WharfCold(contender, wharf, data, version));
                }
            }
        } catch (IOException e) {
            remark.accept("Wharf is not measured: " + e.getMessage());
        }
    }

    private void openPostgres() {
        try {
            Postgres.Server server = new Postgres.Server(work.resolve("postgres"), sharedBuffers());
            open.push(server);
            add(new Postgres(Contender.POSTGRES, server));
            add(new Postgres(Contender.POSTGRES_TWO, server));
        } catch (IOException | IllegalStateException e) {
            // IllegalStateException: initdb or pg_ctl failed, as where user namespaces are forbidden to root
            remark.accept("PostgreSQL is not measured, it cannot be started here: " + e.getMessage());
        }
    }

    /** What a tuned server would have, less for runs that are only tried out. */
    private int sharedBuffers() {
        return settings.rows() > 0 || settings.scale() < 0.1 ? SMALL_SHARED_BUFFERS_MB : SHARED_BUFFERS_MB;
    }

    private void openDuckDb() {
        try {
            add(new DuckDb(Contender.DUCKDB_MEMORY, work));
            add(new DuckDb(Contender.DUCKDB_FILE, work));
        } catch (IOException e) {
            remark.accept("DuckDB is not measured, it cannot be started here: " + e.getMessage());
        }
    }

    private void add(Subject subject) {
        subjects.add(subject);
        open.push(subject);
    }

    /** Ends everything, last started first; what cannot be ended is a remark, so that the rest is ended too. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            AutoCloseable last = open.pop();
            try {
                last.close();
            } catch (Exception e) {
                remark.accept("could not be ended: " + e.getMessage());
            }
        }
    }
}
