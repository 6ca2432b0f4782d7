package dev.wharf.bench.fork;

import dev.wharf.bench.Environment;
import dev.wharf.bench.RunLog;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.extension.ExtensionWorkerBootstrap;
import dev.wharf.core.guc.ServerParameters;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.bgworker.BackgroundWorker;
import dev.wharf.shmem.bgworker.BackgroundWorker.StartTime;
import dev.wharf.shmem.bgworker.BackgroundWorkerHandle;
import dev.wharf.shmem.bgworker.BackgroundWorkers;
import dev.wharf.shmem.bgworker.CrashPolicy;
import dev.wharf.shmem.bgworker.LaunchOptions;
import dev.wharf.shmem.bgworker.Postmaster;
import dev.wharf.shmem.bgworker.WorkerLauncher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Asks the supervisor of a data directory for one background worker after the other, and for what each has come to when. The
 * supervisor is this process; the workers' class path is the built command's, so that they are what users run.
 */
public final class ForkBenchmark {
    private static final String CLASS_PATH = "java.class.path";
    private static final List<String> CACHES =
            List.of(WorkerLauncher.CLASS_ARCHIVE_PROPERTY, WorkerLauncher.AOT_CACHE_PROPERTY);
    private static final int WARM_UPS = 2;

    private final Settings settings;
    private final ForkResults results;
    private final RunLog log;

    /**
     * What to run.
     *
     * @param directory an empty one, or none yet
     * @param classPath the workers'
     * @param plain     AOT cache of that class path, for workers without the vector module; what needs it is left out if there is
     *                  no such file
     * @param connected archive of its classes, for workers with it, in the same way
     * @param runs      workers of each contender
     */
    public record Settings(Path directory, String classPath, Path plain, Path connected, int runs) {
    }

    private ForkBenchmark(Settings settings, RunLog log) {
        this.settings = settings;
        this.log = log;
        results = new ForkResults(Environment.read(log.home(), settings.directory()), settings.runs());
    }

    public static ForkResults run(Settings settings, RunLog log) throws IOException {
        ForkBenchmark benchmark = new ForkBenchmark(settings, log);
        String own = System.getProperty(CLASS_PATH);
        // The launcher gives a worker the class path that it finds here
        System.setProperty(CLASS_PATH, settings.classPath());
        try {
            benchmark.measure();
        } finally {
            System.setProperty(CLASS_PATH, own);
            CACHES.forEach(System::clearProperty);
        }
        return benchmark.results;
    }

    private void measure() throws IOException {
        Path data = settings.directory().resolve("data").toAbsolutePath();
        DataDirectory.init(data);
        Files.writeString(ServerParameters.file(data), "shared_preload_libraries = '" + ForkTask.class.getName() + "'\n",
                StandardOpenOption.APPEND);
        pack(Files.createDirectories(data.resolve("extensions")).resolve("fork.jar"));
        List<ForkContender> contenders = ForkContender.all().stream().filter(this::isPossible).toList();
        for (int round = 1 - WARM_UPS; round <= settings.runs(); round++) {
            for (ForkContender contender : contenders) {
                ForkResults.Sample sample = sample(data, contender, round);
                // The first ones bring the files into the page cache
                if (round > 0) {
                    results.add(sample);
                }
            }
            log.say("round %d: first task after %s ms", round, contenders.stream().map(contender ->
                    String.format(Locale.ROOT, "%.0f", results.median(contender, s -> s.millis(Stage.FIRST_TASK)))).toList());
        }
    }

    private Path cache(ForkContender contender) {
        return contender.isConnected() ? settings.connected() : settings.plain();
    }

    private boolean isPossible(ForkContender contender) {
        boolean possible = !contender.usesCache() || Files.isRegularFile(cache(contender));
        if (!possible) {
            results.remark(log.tell(contender.label() + ": it is not there"));
        }
        return possible;
    }

    private static void pack(Path jar) throws IOException {
        String entry = ForkTask.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream code = ForkTask.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new ZipEntry(entry));
            code.transferTo(out);
        }
    }

    /** A supervisor of its own for each, as its options are for good: only the worker's time is taken. */
    private ForkResults.Sample sample(Path data, ForkContender contender, int round) throws IOException {
        for (String property : CACHES) {
            if (contender.usesCache()) {
                System.setProperty(property, cache(contender).toString());
            } else {
                System.clearProperty(property);
            }
        }
        Path workerLog = settings.directory().resolve("worker.log");
        LaunchOptions options = ExtensionWorkerBootstrap.options(new LaunchOptions(workerLog, _ -> { }), data)
                .withJvmFlags(contender.flags());
        try (DataDirectory _ = DataDirectory.open(data);
                Postmaster postmaster = new Postmaster(1, options, CrashPolicy.OWNER_DEATH)) {
            // The same object that the directory has, and closes
            Segment segment = Segment.attach(DataDirectory.segmentFile(data));
            postmaster.start(segment);
            postmaster.advance(StartTime.RECOVERY_FINISHED);
            try (Proc proc = segment.attachProc("harness");
                    BackgroundWorkers workers = new BackgroundWorkers(segment, options)) {
                BackgroundWorker worker = new BackgroundWorker("fork", ForkTask.class.getName())
                        .withLibrary(ForkTask.class.getName()).withRestartTime(BackgroundWorker.NEVER_RESTART)
                        .withNotifyPid(ProcessHandle.current().pid()).withFlags(contender.isConnected()
                                ? EnumSet.allOf(BackgroundWorker.Flag.class) : EnumSet.of(BackgroundWorker.Flag.SHMEM_ACCESS));
                long asked = System.nanoTime();
                BackgroundWorkerHandle handle = workers.registerDynamicBackgroundWorker(proc, worker).orElseThrow();
                handle.waitForStartup(proc);
                long started = System.nanoTime();
                handle.waitForShutdown(proc);
                UnsafeBuffer struct = segment.buffer(segment.shmemInitStruct(proc, ForkTask.NAME, ForkTask.SIZE));
                return sample(contender, round, struct, asked, started, workerLog);
            }
        }
    }

    private static ForkResults.Sample sample(ForkContender contender, int round, UnsafeBuffer struct, long asked, long started,
            Path workerLog) throws IOException {
        if (struct.getLongVolatile(ForkTask.SUM) != ForkTask.expectedSum()) {
            throw new IOException("a worker added up to " + struct.getLong(ForkTask.SUM) + ", not " + ForkTask.expectedSum()
                    + ": " + Files.readString(workerLog));
        }
        Map<Stage, Long> times = new EnumMap<>(Stage.class);
        times.put(Stage.EXEC, started - asked);
        times.put(Stage.JVM_UP, struct.getLong(ForkTask.JVM_UP) - asked);
        times.put(Stage.ATTACHED, struct.getLong(ForkTask.ATTACHED) - asked);
        times.put(Stage.LOADED, struct.getLong(ForkTask.LOADED) - asked);
        times.put(Stage.FIRST_TASK, struct.getLong(ForkTask.FIRST_TASK) - asked);
        times.put(Stage.HOT, struct.getLong(ForkTask.HOT) - asked);
        return new ForkResults.Sample(contender, round, times, struct.getLong(ForkTask.COLD_TASK),
                struct.getLong(ForkTask.HOT_TASK));
    }
}
