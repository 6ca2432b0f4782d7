package dev.wharf.core.copy;

import dev.wharf.shmem.os.ProcessDeath;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Processes whose ends are noted, each watched by one thread however often it is asked for. Any thread may use it. */
final class WatchedProcesses {
    private final Set<ProcessIdentity> alive = ConcurrentHashMap.newKeySet();
    private final Runnable onDeath;

    /** @param onDeath runs on another thread */
    WatchedProcesses(Runnable onDeath) {
        this.onDeath = onDeath;
    }

    void watch(ProcessIdentity process) {
        if (alive.add(process)) {
            ProcessDeath.watch(process.pid(), process.startTime(), () -> {
                alive.remove(process);
                onDeath.run();
            });
        }
    }

    /** Of a watched one. */
    boolean isAlive(ProcessIdentity process) {
        return alive.contains(process);
    }
}
