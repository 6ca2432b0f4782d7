package dev.wharf.nativetests;

import dev.wharf.core.DataDirectory;
import dev.wharf.core.extension.ExtensionWorkerBootstrap;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.bgworker.BackgroundWorker.StartTime;
import dev.wharf.shmem.bgworker.CrashPolicy;
import dev.wharf.shmem.bgworker.LaunchOptions;
import dev.wharf.shmem.bgworker.Postmaster;
import dev.wharf.shmem.bgworker.ShutdownMode;
import dev.wharf.shmem.os.ProcessSignal;
import java.nio.file.Path;

/** The supervisor of a data directory, for {@link Served}: until SIGINT. */
final class ServerMain {
    private static final int MAX_WORKERS = 8;

    private ServerMain() {
    }

    public static void main(String[] args) {
        Path data = Path.of(args[0]).toAbsolutePath();
        try (DataDirectory directory = DataDirectory.open(data)) {
            Segment segment = Segment.attach(DataDirectory.segmentFile(data));
            LaunchOptions options = ExtensionWorkerBootstrap.options(
                    new LaunchOptions(data.resolve("worker.log"), message -> System.out.println(message.message())), data);
            Postmaster postmaster = new Postmaster(MAX_WORKERS, options, CrashPolicy.OWNER_DEATH);
            directory.extensions().backgroundWorkers().forEach(postmaster::registerBackgroundWorker);
            ProcessSignal.INT.handle(() -> postmaster.shutdown(ShutdownMode.FAST));
            postmaster.start(segment);
            postmaster.advance(StartTime.RECOVERY_FINISHED);
            System.out.println("serving");
            postmaster.awaitEnd();
        }
        System.exit(0);
    }
}
