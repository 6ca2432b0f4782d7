package dev.wharf.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a run says while it runs.
 *
 * @param to        for people
 * @param directory where the run keeps its files
 * @param home      the project's root
 */
public record RunLog(PrintStream to, Path directory, Path home) {
    public void say(String format, Object... values) {
        to.println(String.format(Locale.ROOT, format, values));
    }

    /** Says a line and gives it back for a report, which must not tell where files lay: error texts name them. */
    public String tell(String line) {
        String told = line.replace(directory.toString(), "DIR").replace(home.toString(), "HOME").replaceAll("\\s+", " ");
        say("%s", told);
        return told;
    }
}
