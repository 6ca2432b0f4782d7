package dev.wharf.extensions.queueworker;

import dev.wharf.shmem.bgworker.BackgroundWorker;
import dev.wharf.shmem.bgworker.BackgroundWorkerContext;
import dev.wharf.shmem.bgworker.BackgroundWorkerMain;
import dev.wharf.shmem.bgworker.BackgroundWorkers;
import dev.wharf.shmem.bgworker.LaunchOptions;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Registers as many dynamic workers as its argument says, and is done: from then on they are their supervisor's. Started again
 * after a failure, it registers those that are missing.
 */
public final class QueueLauncher implements BackgroundWorkerMain {
    private static final int RESTART_SECONDS = 1;

    public QueueLauncher() {
    }

    @Override
    public void main(BackgroundWorkerContext context) {
        String library = context.worker().library();
        // There is a supervisor, as it has started this one: options of its own are not asked for
        try (BackgroundWorkers workers = new BackgroundWorkers(context.segment(), new LaunchOptions(null, _ -> { }))) {
            Set<String> registered = workers.list().stream().map(status -> status.worker().name()).collect(Collectors.toSet());
            for (int i = 0; i < context.mainArg(); i++) {
                String name = "queueworker " + i;
                BackgroundWorker worker = new BackgroundWorker(name, QueueWorker.class.getName())
                        .withType("queueworker").withLibrary(library).withMainArg(i).withRestartTime(RESTART_SECONDS);
                if (!registered.contains(name) && workers.registerDynamicBackgroundWorker(context.proc(), worker).isEmpty()) {
                    throw new IllegalStateException("queueworker: no slot for worker " + i
                            + ": increase max_worker_processes");
                }
            }
        }
    }
}
