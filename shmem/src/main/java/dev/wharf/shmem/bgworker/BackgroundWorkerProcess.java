package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.FailPoint;
import dev.wharf.shmem.ShmemException;
import java.util.List;

/**
 * What the JVM of a background worker runs: enters itself into its slot, finds its code, and runs that. Arguments: slot,
 * generation, the bootstrap's class, the bootstrap's arguments.
 */
public final class BackgroundWorkerProcess implements WorkerMain {
    private static final int OWN_ARGS = 3;

    public BackgroundWorkerProcess() {
    }

    @Override
    public void run(final WorkerContext process) throws Exception {
        final int slot = Integer.parseInt(process.args().get(0));
        final long generation = Long.parseLong(process.args().get(1));
        final String bootstrap = process.args().get(2);
        final BackgroundWorkerArray array = new BackgroundWorkerArray(process.segment());
        final BackgroundWorker worker = array.locked(process.proc(), () ->
            array.enter(slot, generation, process.supervisor()) ? array.read(slot) : null);
        if (worker == null) {
            return;
        }
        FailPoint.WORKER_ENTERED.reach();
        final BackgroundWorkerContext context = new BackgroundWorkerContext(process, worker, slot);
        context.listen(() -> WorkerProcess.end(new AdminShutdown(worker.name())));
        final List<String> bootstrapArgs = process.args().subList(OWN_ARGS, process.args().size());
        final BackgroundWorkerMain main = bootstrap.isEmpty() ? fromClassPath(worker)
            : WorkerProcess.instance(bootstrap, BackgroundWorkerBootstrap.class).load(context, bootstrapArgs);
        context.checkForInterrupts();
        main.main(context);
    }

    private static BackgroundWorkerMain fromClassPath(final BackgroundWorker worker) throws ReflectiveOperationException {
        if (!worker.library().isEmpty()) {
            throw new ShmemException(ShmemException.UNDEFINED_FILE,
                "could not access file \"" + worker.library() + "\": No such file or directory");
        }
        return WorkerProcess.instance(worker.main(), BackgroundWorkerMain.class);
    }
}
