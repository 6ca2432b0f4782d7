package dev.wharf.shmem.bgworker;

/** What a forked JVM does. Has a public constructor without parameters. */
@FunctionalInterface
public interface WorkerMain {
    /** Returning ends the process with exit code 0, an exception with 1 and its trace on the worker's stderr. */
    void run(WorkerContext context) throws Exception;
}
