package dev.wharf.bench;

import dev.wharf.bench.fork.ForkBenchmark;
import dev.wharf.bench.fork.ForkReport;
import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code bench/run fork}: the options, the run, and where the report goes. */
final class ForkCommand {
    private static final int RUNS = 30;

    private ForkCommand() {
    }

    static CommandLineOptions options() {
        return new CommandLineOptions("bench/run fork", "Starts background workers, with and without the AOT cache, and takes the"
                + " time to each stage of their start.")
                .value("--runs", "N", "Workers of each kind. Default: " + RUNS + ".")
                .value("--dir", "DIR", "For the data directory, some megabytes. Default: bench/target/fork.")
                .value("--report", "DIR", "For fork.md and fork.csv. Default: perf-reports when run without other options, else"
                        + " bench/target/fork/report.");
    }

    /** @param home the project's directory */
    static int run(Arguments given, Path home, PrintStream out) throws IOException {
        Path own = home.resolve("bench/target/fork");
        int runs = (int) Math.min(Integer.MAX_VALUE, given.wholeNumber("--runs", RUNS, 1));
        Path report = given.has("--report") ? Path.of(given.value("--report"))
                : given.has("--runs") ? own.resolve("report") : home.resolve("perf-reports");
        Path parent = (given.has("--dir") ? Path.of(given.value("--dir")) : own).toAbsolutePath().normalize();
        Files.createDirectories(parent);
        Path directory = Files.createTempDirectory(parent, "fork");
        RunLog log = new RunLog(out, directory, home);
        Path built = home.resolve("engine/cli/target");
        String classPath = System.getProperty("java.class.path");
        if (Files.isExecutable(home.resolve("wharf"))) {
            build(home);
            classPath = built.resolve("wharf-cli.jar").toString();
        }
        ForkReport written = new ForkReport(ForkBenchmark.run(
                new ForkBenchmark.Settings(directory, classPath, built.resolve("wharf-plain-worker.aot"),
                        built.resolve("wharf-worker.jsa"), runs), log));
        report(written, report, out);
        return 0;
    }

    private static void report(ForkReport written, Path report, PrintStream out) throws IOException {
        var files = written.write(report);
        out.println();
        out.print(written.stages());
        out.println();
        out.print(written.bars());
        out.println();
        out.println("Written to " + report + ": " + String.join(", ", files));
    }

    /** The launcher builds the command, and its caches, when a source is newer. */
    private static void build(Path home) throws IOException {
        Process wharf = new ProcessBuilder(home.resolve("wharf").toString(), "--version")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            if (wharf.waitFor() != 0) {
                throw new IOException("wharf --version ended with " + wharf.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while wharf was built", e);
        }
    }
}
