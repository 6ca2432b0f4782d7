package dev.wharf.nativetests.judge;

import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.error.PgError;
import dev.wharf.core.source.CopyDataSource;
import dev.wharf.core.tcop.DestReceiver;
import dev.wharf.core.utility.Notice;
import dev.wharf.nativetests.PostgresOracle.Failure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Wharf, on a data directory of its own; its workers end with it. */
final class WharfEngine implements Engine, AutoCloseable {
    /**
     * How a COPY is shared out.
     *
     * @param workers   processes beside this one
     * @param leader    whether this one loads too
     * @param taskBytes of a file
     */
    record Mode(int workers, boolean leader, int taskBytes) {
        static final Mode SERIAL = new Mode(0, true, 1 << 30);

        @Override
        public String toString() {
            return workers == 0 ? "Wharf, serial"
                    : "Wharf, " + workers + " workers" + (leader ? " and the leader" : "") + ", tasks of " + taskBytes + " bytes";
        }
    }

    private final DataDirectory data;
    private final Backend backend;
    private final Path workingDirectory;
    private final Path shared;
    private Mode mode = Mode.SERIAL;

    /**
     * @param workingDirectory what relative file names are relative to
     * @param shared           what {@code $dir} stands for
     */
    WharfEngine(Path directory, Path workingDirectory, Path shared) throws IOException {
        this.workingDirectory = workingDirectory;
        this.shared = shared;
        DataDirectory.init(directory);
        data = DataDirectory.open(directory);
        backend = new Backend(data, workingDirectory);
        setMode();
    }

    /** Forks workers, so that COPYs find them warm. */
    void startWorkers(int count) {
        data.startWorkers(count);
    }

    void use(Mode newMode) {
        if (!mode.equals(newMode)) {
            mode = newMode;
            setMode();
        }
    }

    private void setMode() {
        execute("SET min_parallel_copy_size = 0; SET parallel_setup_time = 0; SET max_parallel_copy_workers = " + mode.workers
                + "; SET copy_task_size = " + mode.taskBytes + "; SET parallel_leader_participation = "
                + (mode.leader ? "on" : "off"));
    }

    @Override
    public void reset() {
        for (Relation relation : data.catalog().relations()) {
            data.catalog().drop(relation.name());
        }
        data.catalog().dropSequences(data.catalog().sequences());
        execute("RESET ALL");
        setMode();
    }

    /** Runs statements that must succeed. */
    void execute(String sql) {
        backend.execute(sql, new Receiver(new byte[0]));
    }

    @Override
    public Outcome run(Step step) throws IOException {
        Files.write(workingDirectory.resolve(INPUT_FILE), step.input());
        Outcome.Builder outcome = new Outcome.Builder(step, shared.toString());
        Path written = step.written() == null ? null : shared.resolve(step.written());
        if (written != null) {
            Files.deleteIfExists(written);
        }
        Receiver receiver = new Receiver(step.input());
        PgError error = null;
        try {
            backend.execute(step.sql(shared.toString()), receiver);
        } catch (PgError e) {
            error = e;
        }
        for (Notice notice : receiver.notices) {
            outcome.message(notice.severity(), new Failure(notice.sqlState(), notice.message(), null, null,
                    notice.context(), notice.position()));
        }
        if (error != null) {
            outcome.message("ERROR", new Failure(error.sqlState(), error.getMessage(), error.detail(), error.hint(),
                    error.context(), error.position()));
        } else {
            outcome.tag(receiver.tag);
            // After an error the part before it counts for nothing; how long that is, workers and buffers decide.
            if (receiver.out.size() > 0) {
                outcome.output(receiver.out.toByteArray());
            }
        }
        if (written != null && Files.exists(written)) {
            outcome.output(Files.readAllBytes(written));
        }
        if (step.target() != null) {
            rows(step, outcome);
        }
        return outcome.build();
    }

    private void rows(Step step, Outcome.Builder outcome) {
        Receiver receiver = new Receiver(new byte[0]);
        try {
            backend.execute(Outcome.dump(step.target()), receiver);
            outcome.rows(receiver.out.toByteArray());
        } catch (PgError e) {
            if (data.catalog().lookup(step.target()) != null) {
                throw e;
            }
        }
    }

    /** The last statement's results. */
    private static final class Receiver implements DestReceiver {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final List<Notice> notices = new ArrayList<>();
        private final byte[] input;
        private String tag;

        /** @param input what STDIN gives */
        Receiver(byte[] input) {
            this.input = input;
        }

        @Override
        public CopyDataSource copyIn() {
            return Channels.newChannel(new ByteArrayInputStream(input))::read;
        }

        @Override
        public void rowDescription(List<Column> columns) {
        }

        @Override
        public void row(String... values) {
        }

        @Override
        public void notice(Notice notice) {
            notices.add(notice);
        }

        @Override
        public void commandComplete(String commandTag) {
            tag = commandTag;
        }

        @Override
        public WritableByteChannel copyOut() {
            return Channels.newChannel(out);
        }
    }

    @Override
    public void close() {
        data.close();
    }
}
