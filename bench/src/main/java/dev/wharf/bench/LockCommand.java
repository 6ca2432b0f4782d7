package dev.wharf.bench;

import dev.wharf.bench.lock.LockBenchmark;
import dev.wharf.bench.lock.LockContender;
import dev.wharf.bench.lock.LockJmh;
import dev.wharf.bench.lock.LockReport;
import dev.wharf.bench.lock.LockResults;
import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.cli.options.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
    private static final long MAX_HOLD = 1_000_000_000;
    /** With one of these it is not the run that perf-reports is of. */
    private static final List<String> WHAT_IS_RUN = List.of("--quick", "--processes", "--writers", "--hold", "--contenders",
            "--runs", "--millis", "--wake-ups", "--no-jmh");

    private LockCommand() {
    }

    static CommandLineOptions options() {
        return new CommandLineOptions("bench/run lock", "Takes locks, Wharf's and its peers', in 1 to 8 processes: uncontended,"
                + " in a sweep of writers and hold times, and asleep.")
                .flag("--quick", "One short round of everything: a minute or so. Tells whether all works, little about speed.")
                .value("--processes", "N,...", "Processes at once. Default: " + joined(PROCESSES) + ".")
                .value("--writers", "N,...", "Of a hundred acquires. Default: " + joined(WRITERS) + ".")
                .value("--hold", "N,...", "Nanoseconds. Default: " + joined(HOLDS) + ".")
                .value("--contenders", "NAME,...", "Who takes part. Default: all: "
                        + joined(LockContender.ALL.stream().map(LockContender::name).toList()) + ".")
                .value("--runs", "N", "Rounds. Default: " + RUNS + ".")
                .value("--millis", "N", "Of each cell: a mix for one contender in one round. Default: " + MILLIS + ".")
                .value("--wake-ups", "N", "In each round. Default: " + WAKE_UPS + ".")
                .flag("--no-jmh", "Leaves out the JMH benchmarks.")
                .value("--dir", "DIR", "For the segment, some megabytes. Default: /dev/shm, else bench/target/lock.")
                .value("--report", "DIR", "For lock.md, lock.csv, lock.hlog and the charts. Default: perf-reports when run"
                        + " without other options, else bench/target/lock/report.");
    }

    private static String joined(List<?> values) {
        return String.join(",", values.stream().map(Object::toString).toList());
    }

    /** An option's numbers; all others are no numbers or out of range. */
    private static List<Long> numbers(Arguments given, String name, List<? extends Number> byDefault, long least, long most) {
        String text = given.value(name);
        if (text == null) {
            return byDefault.stream().map(Number::longValue).toList();
        }
        List<Long> numbers = new ArrayList<>();
        for (String word : text.split(",")) {
            try {
                numbers.add(Long.parseLong(word));
            } catch (NumberFormatException _) {
                throw new UsageException(name + " must be whole numbers with commas between: \"" + text + "\"");
            }
        }
        if (numbers.isEmpty() || numbers.stream().anyMatch(n -> n < least || n > most)) {
            throw new UsageException(name + " must be " + least + " to " + most);
        }
        return numbers;
    }

    private static int number(Arguments given, String name, int byDefault, long least) {
        return (int) Math.min(Integer.MAX_VALUE, given.wholeNumber(name, byDefault, least));
    }

    private static List<Integer> ints(List<Long> numbers) {
        return numbers.stream().map(Long::intValue).toList();
    }

    private static List<LockContender> contenders(Arguments given) {
        if (!given.has("--contenders")) {
            return LockContender.ALL;
        }
        try {
            return Arrays.stream(given.value("--contenders").split(",")).map(LockContender::named).distinct().toList();
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    /** @param home the project's directory */
    static int run(Arguments given, Path home, PrintStream out) throws IOException {
        boolean quick = given.has("--quick");
        boolean jmh = !given.has("--no-jmh");
        Path own = home.resolve("bench/target/lock");
        Path directory = (given.has("--dir") ? Path.of(given.value("--dir")) : Files.isWritable(TMPFS) ? TMPFS : own)
                .toAbsolutePath().normalize();
        LockBenchmark.Settings settings = new LockBenchmark.Settings(home, directory,
                ints(numbers(given, "--processes", PROCESSES, 1, LockBenchmark.MAX_PROCESSES)),
                ints(numbers(given, "--writers", WRITERS, 0, 100)), numbers(given, "--hold", HOLDS, 0, MAX_HOLD),
                number(given, "--runs", quick ? 1 : RUNS, 1), number(given, "--millis", quick ? QUICK_MILLIS : MILLIS, 1),
                number(given, "--wake-ups", quick ? QUICK_WAKE_UPS : WAKE_UPS, 0), contenders(given), out);
        boolean whole = WHAT_IS_RUN.stream().noneMatch(given::has);
        Path report = given.has("--report") ? Path.of(given.value("--report"))
                : whole ? home.resolve("perf-reports") : own.resolve("report");
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
}
