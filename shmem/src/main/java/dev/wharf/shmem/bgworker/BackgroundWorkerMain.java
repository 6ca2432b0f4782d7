package dev.wharf.shmem.bgworker;

/** What a background worker runs. Has a public constructor without parameters, if the default bootstrap is to find it. */
@FunctionalInterface
public interface BackgroundWorkerMain {
    /**
     * Returning ends the process with exit code 0: the worker is done, and unregistered. An exception ends it with 1, and its
     * trace is in the worker's log: it is started again after its interval. Any other exit code, and a signal, is a crash.
     */
    void main(BackgroundWorkerContext context) throws Exception;
}
