package dev.wharf.bench.lock;

import dev.wharf.bench.jmh.LockAcquireBenchmark;
import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link LockAcquireBenchmark} in JVMs of its own. */
public final class LockJmh {
    private LockJmh() {
    }

    /** @param quick for whether it works; else as the benchmark says */
    public static void run(LockResults results, boolean quick) {
        results.settings().log().println("JMH");
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + LockAcquireBenchmark.class.getName().replace(".", "\\.") + "\\.")
                .verbosity(VerboseMode.SILENT).shouldFailOnError(true);
        if (quick) {
            options.warmupIterations(2).warmupTime(TimeValue.milliseconds(200)).measurementIterations(2)
                    .measurementTime(TimeValue.milliseconds(200));
        }
        try {
            Collection<RunResult> found = new Runner(options.build()).run();
            for (RunResult result : found) {
                String benchmark = result.getParams().getBenchmark();
                results.add(new LockResults.Jmh(benchmark.substring(benchmark.lastIndexOf('.') + 1),
                        result.getPrimaryResult().getScore(), result.getPrimaryResult().getScoreError()));
            }
        } catch (RunnerException e) {
            results.failure("JMH: " + e.getMessage());
        }
    }
}
