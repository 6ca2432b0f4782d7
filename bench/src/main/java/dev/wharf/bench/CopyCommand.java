package dev.wharf.bench;

import dev.wharf.bench.copy.CopyBenchmark;
import dev.wharf.bench.copy.CopyReport;
import dev.wharf.bench.copy.CopyResults;
import dev.wharf.bench.data.DataSet;
import dev.wharf.bench.data.DataSets;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code bench/run copy}: the options, the run, and where the report goes. */
final class CopyCommand {
    private static final List<String> PEERS = List.of("postgres", "duckdb");

    private CopyCommand() {
    }

    static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("bench/run copy").addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true).description("Shows this.").build());
        spec.usageMessage().description("Loads and writes back CSV with Wharf, PostgreSQL and DuckDB in turn.");
        spec.addOption(OptionSpec.builder("--scale").type(double.class).paramLabel("N").defaultValue("1")
                .description("Size: 1 is lineitem SF 1 (760 MB), 300 MB for the others. Default: ${DEFAULT-VALUE}")
                .build());
        spec.addOption(OptionSpec.builder("--rows").type(long.class).paramLabel("N").defaultValue("0")
                .description("About so many rows of each data set (lineitem: 6000 at least), in place of --scale")
                .build());
        spec.addOption(OptionSpec.builder("--runs").type(int.class).paramLabel("N").defaultValue("5")
                .description("Rounds measured. Default: ${DEFAULT-VALUE}").build());
        spec.addOption(OptionSpec.builder("--data").type(List.class).auxiliaryTypes(String.class).splitRegex(",")
                .paramLabel("NAME").defaultValue(String.join(",", DataSets.ALL.stream().map(DataSet::name).toList()))
                .description("Data sets. Default: ${DEFAULT-VALUE}").build());
        spec.addOption(OptionSpec.builder("--peers").type(List.class).auxiliaryTypes(String.class).splitRegex(",")
                .paramLabel("NAME").defaultValue(String.join(",", PEERS))
                .description("Who is measured beside Wharf, or none. Default: ${DEFAULT-VALUE}").build());
        spec.addOption(OptionSpec.builder("--dir").type(Path.class).paramLabel("DIR")
                .description("For data, tables and output; about ten times the largest data set. The data stay there"
                        + " for the next run. Default: bench/target/copy").build());
        spec.addOption(OptionSpec.builder("--report").type(Path.class).paramLabel("DIR")
                .description("For copy.md, copy.csv and the charts. Default: perf-reports at scale 1 with all data and"
                        + " peers, else report in --dir").build());
        return spec;
    }

    /** @param home the project's directory */
    static int run(ParseResult options, Path home, PrintStream out) throws IOException {
        List<DataSet> sets;
        try {
            sets = CopyCommand.<List<String>>value(options, "--data").stream().map(DataSets::named).toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(options.commandSpec().commandLine(), e.getMessage(), e);
        }
        List<String> peers = CopyCommand.<List<String>>value(options, "--peers").stream()
                .filter(peer -> !peer.equals("none")).toList();
        double scale = value(options, "--scale");
        long rows = value(options, "--rows");
        int runs = value(options, "--runs");
        if (!PEERS.containsAll(peers)) {
            throw new ParameterException(options.commandSpec().commandLine(), "no such peer among " + peers
                    + ": there are " + String.join(", ", PEERS) + ", or none");
        }
        if (!(scale > 0) || rows < 0 || runs < 1) {
            throw new ParameterException(options.commandSpec().commandLine(),
                    "--scale and --runs must be greater than zero, --rows not negative");
        }
        Path directory = options.matchedOptionValue("--dir", home.resolve("bench/target/copy")).toAbsolutePath()
                .normalize();
        boolean whole = scale == 1 && rows == 0 && sets.containsAll(DataSets.ALL) && peers.containsAll(PEERS);
        Path report = options.matchedOptionValue("--report",
                whole ? home.resolve("perf-reports") : directory.resolve("report"));
        CopyResults results = CopyBenchmark.run(new CopyBenchmark.Settings(home, directory, scale, rows, runs, sets,
                peers, out));
        CopyReport written = new CopyReport(results);
        List<String> files = written.write(report);
        out.println();
        out.print(written.table());
        out.println();
        out.print(written.bars());
        out.println();
        out.println("Written to " + report + ": " + String.join(", ", files));
        return results.trustworthy() ? 0 : 1;
    }

    /** As given, or the default. */
    private static <T> T value(ParseResult options, String name) {
        return options.commandSpec().findOption(name).getValue();
    }
}
