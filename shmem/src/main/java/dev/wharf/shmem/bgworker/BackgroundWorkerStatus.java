package dev.wharf.shmem.bgworker;

import dev.wharf.shmem.BackgroundWorkerLayout;
import dev.wharf.shmem.bgworker.BackgroundWorkerHandle.Status;
import dev.wharf.shmem.os.ProcessIdentity;
import java.util.ArrayList;
import java.util.List;

/**
 * A registered background worker, as another process sees it.
 *
 * @param worker as it was registered
 * @param status POSTMASTER_DIED if its launcher is dead
 * @param pid of its process, or 0
 * @param launcherPid who starts and reaps it
 * @param starts how often it was started
 * @param startedAt when last, milliseconds since 1970, or 0
 * @param crashedAt when it last ended other than by being done, or 0
 * @param exitCode of its last end, -1 for none; 128 + n if signal n ended it
 */
public record BackgroundWorkerStatus(int slot, BackgroundWorker worker, Status status, long pid, long launcherPid, int starts,
                                     long startedAt, long crashedAt, int exitCode) {
    static List<BackgroundWorkerStatus> list(final BackgroundWorkerArray array) {
        final List<BackgroundWorkerStatus> rows = new ArrayList<>();
        for (int slot = 0; slot < array.slots(); slot++) {
            final long generation = array.generation(slot);
            if (array.isInUse(slot, generation)) {
                final BackgroundWorkerStatus row = of(array, slot);
                // Else it was given back, and what was read may be of two
                if (array.isInUse(slot, generation)) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private static BackgroundWorkerStatus of(final BackgroundWorkerArray array, final int slot) {
        final ProcessIdentity launcher = array.launcher(slot);
        final ProcessIdentity process = array.worker(slot);
        final Status status = !launcher.isAlive() ? Status.POSTMASTER_DIED : switch (array.status(slot)) {
            case BackgroundWorkerLayout.NOT_YET_STARTED -> Status.NOT_YET_STARTED;
            case BackgroundWorkerLayout.STARTED -> Status.STARTED;
            default -> Status.STOPPED;
        };
        return new BackgroundWorkerStatus(slot, array.read(slot), status, process == null ? 0 : process.pid(), launcher.pid(),
            array.starts(slot), array.startedAt(slot), array.crashedAt(slot), array.exitCode(slot));
    }
}
