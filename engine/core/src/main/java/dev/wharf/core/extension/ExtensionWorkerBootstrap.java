package dev.wharf.core.extension;

import dev.wharf.core.activity.BackendStatus;
import dev.wharf.core.copy.CopyWorker;
import dev.wharf.core.guc.ServerParameters;
import dev.wharf.core.tcop.Elog;
import dev.wharf.shmem.bgworker.BackgroundWorkerBootstrap;
import dev.wharf.shmem.bgworker.BackgroundWorkerContext;
import dev.wharf.shmem.bgworker.BackgroundWorkerMain;
import dev.wharf.shmem.bgworker.LaunchOptions;
import java.nio.file.Path;
import java.util.List;

/**
 * The start of a background worker of a data directory: it reads the settings and loads the libraries as every process does,
 * so that a worker has its extension's parameters and shared memory. A worker's {@code library} is one of them, or empty for
 * the class path.
 */
public final class ExtensionWorkerBootstrap implements BackgroundWorkerBootstrap {
    public ExtensionWorkerBootstrap() {
    }

    /** @param dataDirectory absolute */
    public static LaunchOptions options(LaunchOptions options, Path dataDirectory) {
        return options.withBootstrap(ExtensionWorkerBootstrap.class.getName(), List.of(dataDirectory.toString()));
    }

    @Override
    public BackgroundWorkerMain load(BackgroundWorkerContext context, List<String> args) throws ReflectiveOperationException {
        if (context.worker().main().equals(CopyWorker.class.getName())) {
            // It runs nothing of the libraries, and somebody waits for it.
            return new CopyWorker();
        }
        new BackendStatus(context.segment(), context.proc());
        Path directory = Path.of(args.getFirst());
        ServerParameters parameters = new ServerParameters(directory);
        parameters.load();
        context.onConfigReload(parameters::reloadAsTold);
        // Open as long as the process lives: classes are loaded as they are needed.
        Extensions extensions = Extensions.load(directory, parameters, new Elog(parameters.log()));
        extensions.startup(context.segment(), context.proc());
        return extensions.worker(context.worker().library(), context.worker().main());
    }
}
