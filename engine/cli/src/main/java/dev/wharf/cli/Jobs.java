package dev.wharf.cli;

import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.core.Backend;
import dev.wharf.core.guc.BuiltInParameters;

/** {@code --jobs N}: the leader and N - 1 workers. */
final class Jobs {
    private Jobs() {
    }

    static void addOption(CommandLineOptions options) {
        options.value("-j", "--jobs", "N", "Processes that a COPY may use, this one included. Default: one a processor.");
    }

    static void apply(Arguments arguments, Backend backend) {
        if (arguments.has("--jobs")) {
            backend.settings().setFromCommandLine(BuiltInParameters.MAX_PARALLEL_COPY_WORKERS,
                    Long.toString(arguments.wholeNumber("--jobs", 1, 1) - 1));
        }
    }
}
