package dev.wharf.bench;

import dev.wharf.bench.copy.CopyBenchmark;
import dev.wharf.bench.copy.CopyReport;
import dev.wharf.bench.copy.CopyResults;
import dev.wharf.bench.data.DataSet;
import dev.wharf.bench.data.DataSets;
import dev.wharf.cli.options.Arguments;
import dev.wharf.cli.options.CommandLineOptions;
import dev.wharf.cli.options.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** {@code bench/run copy}: the options, the run, and where the report goes. */
final class CopyCommand {
    private static final List<String> PEERS = List.of("postgres", "duckdb");
    private static final String ALL_PEERS = String.join(",", PEERS);
    private static final String ALL_DATA = String.join(",", DataSets.ALL.stream().map(DataSet::name).toList());
    private static final int RUNS = 5;

    private CopyCommand() {
    }

    static CommandLineOptions options() {
        return new CommandLineOptions("bench/run copy", "Loads and writes back CSV with Wharf, PostgreSQL and DuckDB in turn.")
                .value("--scale", "N", "Size: 1 is lineitem SF 1 (760 MB), 300 MB for the others. Default: 1.")
                .value("--rows", "N", "About so many rows of each data set (lineitem: 6000 at least), in place of --scale.")
                .value("--runs", "N", "Rounds measured. Default: " + RUNS + ".")
                .value("--data", "NAME,...", "Data sets. Default: " + ALL_DATA + ".")
                .value("--peers", "NAME,...", "Who is measured beside Wharf, or none. Default: " + ALL_PEERS + ".")
                .value("--dir", "DIR", "For data, tables and output; about ten times the largest data set. The data stay there "
                        + "for the next run. Default: bench/target/copy.")
                .flag("--fill-cache", "Gives the free memory to the page cache before each timed operation, in files of --dir "
                        + "that are as large together as the memory: for virtual machines whose host takes free memory back.")
                .value("--report", "DIR", "For copy.md, copy.csv and the charts. Default: perf-reports at scale 1 with all data "
                        + "and peers, else report in --dir.");
    }

    /** @param home the project's directory */
    static int run(Arguments options, Path home, PrintStream out) throws IOException {
        List<DataSet> sets;
        try {
            sets = Arrays.stream(options.value("--data", ALL_DATA).split(",")).map(DataSets::named).toList();
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
        List<String> peers = Arrays.stream(options.value("--peers", ALL_PEERS).split(","))
                .filter(peer -> !peer.equals("none")).toList();
        if (!PEERS.containsAll(peers)) {
            throw new UsageException("no such peer among " + peers + ": there are " + String.join(", ", PEERS) + ", or none");
        }
        double scale = options.number("--scale", 1);
        if (!(scale > 0)) {
            throw new UsageException("--scale must be greater than zero: " + options.value("--scale"));
        }
        long rows = options.wholeNumber("--rows", 0, 0);
        int runs = (int) Math.min(Integer.MAX_VALUE, options.wholeNumber("--runs", RUNS, 1));
        Path directory = Path.of(options.value("--dir", home.resolve("bench/target/copy").toString()))
                .toAbsolutePath().normalize();
        boolean whole = scale == 1 && rows == 0 && sets.containsAll(DataSets.ALL) && peers.containsAll(PEERS);
        Path report = options.has("--report") ? Path.of(options.value("--report"))
                : whole ? home.resolve("perf-reports") : directory.resolve("report");
        CopyResults results = CopyBenchmark.run(new CopyBenchmark.Settings(home, directory, scale, rows, runs, sets,
                peers, options.has("--fill-cache"), out));
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
}
