package dev.wharf.bench;

import dev.wharf.bench.lock.LockBenchmark;
import dev.wharf.bench.lock.LockContender;
import dev.wharf.bench.lock.LockJmh;
import dev.wharf.bench.lock.LockReport;
import dev.wharf.bench.lock.LockResults;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code bench/run lock}: the options, the run, and where the report goes. */
final class LockCommand {
    private static final Path TMPFS = Path.of("/dev/shm");
    private static final List<Integer> PROCESSES = List.of(1, 2, 4, 8);
    private static final List<Integer> WRITERS = List.of(0, 1, 10, 50, 100);
    private static final List<Long> HOLDS = List.of(0L, 100L, 10_000L);
    private static final int RUNS = 3;
    private static final int MILLIS = 250;
    private static final int WAKE_UPS = 1000;
    private static final int QUICK_MILLIS = 50;
    private static final int QUICK_WAKE_UPS = 200;

    private LockCommand() {
    }

    static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("bench/run lock").addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true).description("Shows this.").build());
        spec.usageMessage().description("Takes locks, Wharf's and its peers', in 1 to 8 processes: uncontended, in a sweep of"
                + " writers and hold times, and asleep.");
        spec.addOption(OptionSpec.builder("--quick").description("One short round of everything: a minute or so. Tells"
                + " whether all works, and little about speed.").build());
        list(spec, "--processes", Integer.class, "Processes at once. Default: 1,2,4,8");
        list(spec, "--writers", Integer.class, "Of a hundred acquires. Default: 0,1,10,50,100");
        list(spec, "--hold", Long.class, "Nanoseconds. Default: 0,100,10000");
        list(spec, "--contenders", String.class, "Who takes part. Default: all: "
                + String.join(",", LockContender.ALL.stream().map(LockContender::name).toList()));
        number(spec, "--runs", "Rounds. Default: " + RUNS);
        number(spec, "--millis", "Of each cell: a mix for one contender in one round. Default: " + MILLIS);
        number(spec, "--wake-ups", "In each round. Default: " + WAKE_UPS);
        spec.addOption(OptionSpec.builder("--no-jmh").description("Leaves out the JMH benchmarks.").build());
        spec.addOption(OptionSpec.builder("--dir").type(Path.class).paramLabel("DIR").description("For the segment, some"
                + " megabytes. Default: /dev/shm; bench/target/lock where there is none").build());
        spec.addOption(OptionSpec.builder("--report").type(Path.class).paramLabel("DIR").description("For lock.md, lock.csv,"
                + " lock.hlog and the charts. Default: perf-reports when run without other options, else"
                + " bench/target/lock/report").build());
        return spec;
    }

    private static void list(CommandSpec spec, String name, Class<?> type, String description) {
        spec.addOption(OptionSpec.builder(name).type(List.class).auxiliaryTypes(type).splitRegex(",").paramLabel("N")
                .description(description).build());
    }

    private static void number(CommandSpec spec, String name, String description) {
        spec.addOption(OptionSpec.builder(name).type(int.class).paramLabel("N").description(description).build());
    }

    /** @param home the project's directory */
    static int run(ParseResult options, Path home, PrintStream out) throws IOException {
        boolean quick = options.hasMatchedOption("--quick");
        boolean jmh = !options.hasMatchedOption("--no-jmh");
        Path own = home.resolve("bench/target/lock");
        Path directory = options.matchedOptionValue("--dir", Files.isWritable(TMPFS) ? TMPFS : own).toAbsolutePath()
                .normalize();
        List<LockContender> contenders;
        try {
            contenders = options.matchedOptionValue("--contenders", LockContender.ALL.stream().map(LockContender::name).toList())
                    .stream().map(LockContender::named).distinct().toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(options.commandSpec().commandLine(), e.getMessage(), e);
        }
        LockBenchmark.Settings settings = new LockBenchmark.Settings(home, directory,
                options.matchedOptionValue("--processes", PROCESSES), options.matchedOptionValue("--writers", WRITERS),
                options.matchedOptionValue("--hold", HOLDS), options.matchedOptionValue("--runs", quick ? 1 : RUNS),
                options.matchedOptionValue("--millis", quick ? QUICK_MILLIS : MILLIS),
                options.matchedOptionValue("--wake-ups", quick ? QUICK_WAKE_UPS : WAKE_UPS), contenders, out);
        check(options, settings);
        boolean whole = options.matchedOptions().stream().allMatch(option -> List.of("--dir", "--report")
                .contains(option.longestName()));
        Path report = options.matchedOptionValue("--report", whole ? home.resolve("perf-reports") : own.resolve("report"));
        Files.createDirectories(directory);
        LockResults results = LockBenchmark.run(settings);
        if (jmh) {
            LockJmh.run(results, quick);
        }
        LockReport written = new LockReport(results);
        List<String> files = written.write(report);
        out.println();
        out.print(written.uncontended());
        out.println();
        out.print(written.bars());
        out.println();
        out.println("Written to " + report + ": " + String.join(", ", files));
        return results.trustworthy() ? 0 : 1;
    }

    private static void check(ParseResult options, LockBenchmark.Settings settings) {
        String wrong = settings.processes().stream().anyMatch(n -> n < 1 || n > LockBenchmark.MAX_PROCESSES)
                ? "--processes must be 1 to " + LockBenchmark.MAX_PROCESSES
                : settings.writers().stream().anyMatch(n -> n < 0 || n > 100) ? "--writers must be 0 to 100"
                : settings.holds().stream().anyMatch(n -> n < 0 || n > 1_000_000_000) ? "--hold must be 0 to 1000000000"
                : settings.runs() < 1 || settings.millis() < 1 || settings.wakeUps() < 0
                ? "--runs and --millis must be greater than zero, --wake-ups not negative" : null;
        if (wrong != null) {
            throw new ParameterException(options.commandSpec().commandLine(), wrong);
        }
    }
}
