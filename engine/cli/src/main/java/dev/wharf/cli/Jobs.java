package dev.wharf.cli;

import dev.wharf.core.Backend;
import dev.wharf.core.utility.ConfigurationParameters;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code --jobs N}: the leader and N - 1 workers. */
final class Jobs {
    private Jobs() {
    }

    static OptionSpec option() {
        return OptionSpec.builder("-j", "--jobs").type(Integer.class).paramLabel("N")
                .description("Processes that a COPY may use, this one included. Default: one a processor.").build();
    }

    static void apply(ParseResult arguments, Backend backend) {
        Integer jobs = arguments.matchedOptionValue("--jobs", null);
        if (jobs == null) {
            return;
        }
        if (jobs < 1) {
            throw new CommandLine.ParameterException(arguments.commandSpec().commandLine(),
                    "--jobs must be at least 1: " + jobs);
        }
        backend.settings().set(ConfigurationParameters.MAX_PARALLEL_COPY_WORKERS, Integer.toString(jobs - 1));
    }
}
