package dev.wharf.bench.formats;

import dev.wharf.bench.Environment;
import dev.wharf.bench.RunLog;
import dev.wharf.bench.copy.CopyMachine;
import dev.wharf.bench.copy.Operation;
import dev.wharf.bench.data.DataFile;
import dev.wharf.bench.data.DataFiles;
import dev.wharf.bench.data.DataSet;
import dev.wharf.bench.data.DataSets;
import dev.wharf.bench.data.Fingerprint;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Loads lineitem's rows in every {@link Form}, and writes them back, with Wharf and PostgreSQL in turn, several rounds in one
 * run. In each round every form and every product has its turn; before each timed operation the file system is synced, and
 * the file to be loaded is read once, so that it is in the page cache. What Wharf writes back must be the bytes that it loaded.
 *
 * <p>One thread. Everything it starts it ends, also on an error.
 */
public final class FormsBenchmark {
    private static final int SHARED_BUFFERS_MB = 2048;
    private static final int SMALL_SHARED_BUFFERS_MB = 128;
    private static final String TABLE = "lineitem";

    /**
     * What to run.
     *
     * @param home      the project's directory, where the launcher is
     * @param directory for data, tables and output: on the disk to be measured, with room for fifteen times the data
     * @param rows      about so many rows, or 0 to go by {@code scale}
     * @param postgres  whether PostgreSQL is measured beside Wharf
     * @param fillCache whether memory that is free is given to the page cache before each timed operation
     * @param log       for progress, a line at a time
     */
    public record Settings(Path home, Path directory, double scale, long rows, int runs, List<Form> forms, boolean postgres,
                           boolean fillCache, PrintStream log) {
    }

    private final Settings settings;
    private final RunLog log;
    private final CopyMachine machine;
    private final Path work;
    private final DataFile data;
    private final FormsResults results;

    private FormsBenchmark(Settings settings) throws IOException {
        this.settings = settings;
        log = new RunLog(settings.log(), settings.directory(), settings.home());
        machine = new CopyMachine(settings.directory(), settings.fillCache());
        work = settings.directory().resolve("work-formats");
        DataSet set = DataSets.named(TABLE);
        double scale = Math.max(set.smallestScale(),
                settings.rows() > 0 ? (double) settings.rows() / set.rowsAtScaleOne() : settings.scale());
        data = DataFiles.ensure(set, scale, settings.directory().resolve("data"));
        results = new FormsResults(machine.describe(Environment.read(settings.home(), settings.directory())), data,
                settings.runs());
    }

    public static FormsResults run(Settings settings) throws IOException {
        Files.createDirectories(settings.directory());
        return new FormsBenchmark(settings).run();
    }

    private FormsResults run() throws IOException {
        machine.delete(work);
        Files.createDirectories(work);
        List<FormSubject> subjects = new ArrayList<>();
        try {
            subjects.add(new WharfForms(settings.home().resolve("wharf"), work));
            if (settings.postgres()) {
                openPostgres(subjects);
            }
            for (FormSubject subject : subjects) {
                results.version(subject.version());
                subject.execute(data.set().createTable(TABLE, true));
            }
            for (Form form : settings.forms()) {
                make(form, subjects.getFirst());
            }
            for (Form form : settings.forms()) {
                for (FormSubject subject : subjects) {
                    attempt(form, subject, () -> warmUp(form, subject));
                }
            }
            for (int round = 1; round <= settings.runs(); round++) {
                int number = round;
                for (Form form : settings.forms()) {
                    for (FormSubject subject : subjects) {
                        attempt(form, subject, () -> turn(form, subject, number));
                    }
                }
            }
        } finally {
            for (FormSubject subject : subjects.reversed()) {
                subject.close();
            }
            machine.delete(work);
            machine.close();
        }
        return results;
    }

    private void openPostgres(List<FormSubject> subjects) {
        try {
            subjects.add(new PostgresForms(work, settings.rows() > 0 || settings.scale() < 0.1 ? SMALL_SHARED_BUFFERS_MB
                    : SHARED_BUFFERS_MB));
        } catch (IOException | IllegalStateException e) {
            // IllegalStateException: initdb or pg_ctl failed, as where user namespaces are forbidden to root
            results.remark(log.tell("PostgreSQL is not measured, it cannot be started here: " + e.getMessage()));
        }
    }

    private Path file(Form form) {
        return form.suffix().equals("csv") ? data.path() : work.resolve("lineitem." + form.suffix());
    }

    /** @param writer makes text and binary: what it wrote is what both read */
    private void make(Form form, FormSubject writer) throws IOException {
        if (file(form).equals(data.path())) {
            return;
        }
        log.say("%s: making the file", form.label());
        if (form == Form.TEXT || form == Form.BINARY) {
            load(Form.CSV, writer);
            writer.copy(form.copyTo(TABLE, file(form)));
        } else {
            FormFiles.make(form, data, file(form));
        }
    }

    private void warmUp(Form form, FormSubject subject) throws IOException {
        for (int i = 0; i < subject.warmUps(); i++) {
            load(form, subject);
            if (form.writes()) {
                Path out = writeBack(form, subject, work.resolve("out")).out();
                if (i == 0 && subject instanceof WharfForms
                        && !Fingerprint.of(out).equals(Fingerprint.of(file(form)))) {
                    throw new IOException("what was written back is not what was loaded");
                }
            }
        }
    }

    private void turn(Form form, FormSubject subject, int round) throws IOException {
        double seconds = load(form, subject);
        record(form, subject, Operation.COPY_FROM, round, seconds, Files.size(file(form)));
        if (form.writes()) {
            Written written = writeBack(form, subject, work.resolve("out"));
            record(form, subject, Operation.COPY_TO, round, written.seconds(), Files.size(written.out()));
        }
    }

    private void record(Form form, FormSubject subject, Operation operation, int round, double seconds, long bytes) {
        results.add(new FormsResults.Sample(form, subject.name(), subject instanceof WharfForms, operation, round, seconds,
                rows(form), bytes));
        log.say("%s, %s, %s, round %d: %.3f s", form.label(), subject.name(), operation.label(), round, seconds);
    }

    private long rows(Form form) {
        return form == Form.BAD_ROWS ? data.rows() - FormFiles.badRows(data.rows()) : data.rows();
    }

    private double load(Form form, FormSubject subject) throws IOException {
        Path file = file(form);
        subject.execute("TRUNCATE " + TABLE);
        machine.settle();
        machine.readThrough(file);
        String sql = form.copyFrom(TABLE, file, subject.decompresses());
        long start = System.nanoTime();
        long rows = form == Form.STDIN ? subject.copyIn(sql, file) : subject.copy(sql);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (rows != rows(form)) {
            throw new IOException("loaded " + rows + " rows, the file has " + rows(form));
        }
        return seconds;
    }

    private record Written(Path out, double seconds) {
    }

    private Written writeBack(Form form, FormSubject subject, Path out) throws IOException {
        Files.deleteIfExists(out);
        machine.settle();
        long start = System.nanoTime();
        long rows = subject.copy(form.copyTo(TABLE, out));
        double seconds = (System.nanoTime() - start) / 1e9;
        if (rows != data.rows()) {
            throw new IOException("wrote " + rows + " rows, the table has " + data.rows());
        }
        return new Written(out, seconds);
    }

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(Form form, FormSubject subject, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            results.failure(log.tell(String.format(Locale.ROOT, "%s, %s: failed: %s", form.label(), subject.name(),
                    e.getMessage())));
        }
    }
}
