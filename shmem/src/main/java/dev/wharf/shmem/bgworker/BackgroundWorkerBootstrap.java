package dev.wharf.shmem.bgworker;

import java.util.List;

/**
 * The first thing a background worker's JVM runs: finds the worker's code. Whoever starts the supervisor names one, on the class
 * path, with a public constructor without parameters; without one, the code is looked for on the class path alone.
 */
@FunctionalInterface
public interface BackgroundWorkerBootstrap {
    /**
     * @param args as in {@link LaunchOptions}
     * @return what to run: {@link BackgroundWorker#main} in {@link BackgroundWorker#library}
     */
    BackgroundWorkerMain load(BackgroundWorkerContext context, List<String> args) throws Exception;
}
