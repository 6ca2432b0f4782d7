package dev.wharf.cli;

import dev.wharf.core.DataDirectory;
import dev.wharf.core.extension.Extension;
import dev.wharf.core.extension.ExtensionContext;
import dev.wharf.core.extension.ExtensionWorkerBootstrap;
import dev.wharf.core.guc.ServerParameters;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.bgworker.BackgroundWorker;
import dev.wharf.shmem.bgworker.BackgroundWorkerContext;
import dev.wharf.shmem.bgworker.BackgroundWorkerMain;
import dev.wharf.shmem.bgworker.BackgroundWorkers;
import dev.wharf.shmem.bgworker.LaunchOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * What the launcher makes the workers' archives from: a background worker, started as all are, that writes it as it ends. So it
 * has what a worker's start takes, under a worker's flags. Arguments: its file; whether the worker is one with a database
 * connection, which has the vector module and so an archive of classes instead of an AOT cache, and does {@link Training} too; a
 * folder that may be filled.
 */
public final class WorkerTraining implements Extension, BackgroundWorkerMain {
    public WorkerTraining() {
    }

    /** It is one because workers of libraries load them. */
    @Override
    public void init(ExtensionContext context) {
    }

    public static void main(String[] args) throws IOException {
        Path data = Path.of(args[2], "data").toAbsolutePath();
        boolean connected = Boolean.parseBoolean(args[1]);
        DataDirectory.init(data);
        Files.writeString(ServerParameters.file(data), "shared_preload_libraries = '" + WorkerTraining.class.getName() + "'\n",
                StandardOpenOption.APPEND);
        // Most libraries are jars there
        new JarOutputStream(Files.newOutputStream(Files.createDirectories(data.resolve("extensions")).resolve("training.jar")),
                new Manifest()).close();
        LaunchOptions options = ExtensionWorkerBootstrap.options(new LaunchOptions(data.resolve("worker.log"), _ -> { }), data)
                .withJvmFlags(archiveFlags(connected, Path.of(args[0]).toAbsolutePath()));
        BackgroundWorker worker = new BackgroundWorker("training", WorkerTraining.class.getName())
                .withLibrary(WorkerTraining.class.getName())
                .withRestartTime(BackgroundWorker.NEVER_RESTART).withNotifyPid(ProcessHandle.current().pid());
        if (connected) {
            worker = worker.withFlags(EnumSet.of(BackgroundWorker.Flag.SHMEM_ACCESS,
                    BackgroundWorker.Flag.BACKEND_DATABASE_CONNECTION));
        }
        try (DataDirectory _ = DataDirectory.open(data)) {
            Segment segment = Segment.attach(DataDirectory.segmentFile(data));
            try (Proc proc = segment.attachProc("training");
                    BackgroundWorkers workers = new BackgroundWorkers(segment, options)) {
                workers.registerDynamicBackgroundWorker(proc, worker).orElseThrow().waitForShutdown(proc);
            }
        }
        Files.copy(data.resolve("worker.log"), System.err);
    }

    /** Of a short run profiles are no use: to read them takes longer than they save. */
    private static List<String> archiveFlags(boolean vectors, Path file) {
        return vectors ? List.of("-XX:ArchiveClassesAtExit=" + file)
                : List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining", "-XX:AOTCacheOutput=" + file);
    }

    @Override
    public void main(BackgroundWorkerContext context) throws IOException {
        if (context.worker().flags().contains(BackgroundWorker.Flag.BACKEND_DATABASE_CONNECTION)) {
            Path folder = context.segment().file().resolveSibling("training");
            Training.run(Console.of(InputStream.nullInputStream(), OutputStream.nullOutputStream(), System.err), folder, "48MB",
                    "2");
        }
    }
}
