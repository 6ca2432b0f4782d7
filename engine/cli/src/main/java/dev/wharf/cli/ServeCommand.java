package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.core.Server;
import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.ServerLog;
import dev.wharf.shmem.bgworker.ShutdownMode;
import dev.wharf.shmem.os.ProcessSignal;
import java.io.IOException;

/** {@code wharf serve}: the postmaster, in the foreground. Its signals are those of PostgreSQL's. */
final class ServeCommand implements Wharf.Command {
    private static final int EXIT_FAILURE = 1;

    @Override
    public CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("wharf serve", "Runs a data directory's background workers, and "
                + "keeps COPY's workers warm for all sessions, until SIGINT (Ctrl-C, fast) or SIGTERM (smart: once all sessions "
                + "have ended). SIGQUIT ends it at once, SIGHUP has it read wharf.conf again, for all.");
        Directories.addOption(options);
        return options;
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        try (Server server = new Server(Directories.existing(Directories.chosen(arguments)), "Wharf " + Wharf.VERSION)) {
            ProcessSignal.TERM.handleAlways(() -> server.shutdown(ShutdownMode.SMART));
            ProcessSignal.INT.handleAlways(() -> server.shutdown(ShutdownMode.FAST));
            ProcessSignal.handleQuit(() -> server.shutdown(ShutdownMode.IMMEDIATE));
            ProcessSignal.HUP.handleAlways(server::reload);
            server.start();
            server.awaitEnd();
            return 0;
        } catch (PgError e) {
            new ServerLog().write(ErrorLevel.FATAL, e);
            return EXIT_FAILURE;
        }
    }
}
