package dev.wharf.cli;

import dev.wharf.core.utility.QuoteIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the launcher makes its caches of classes and profiles from: the main job on little data and each command once, in
 * one JVM. Its argument is a folder that may be filled. A command that it does not run starts more slowly.
 */
final class Training {
    /** As many loads as it takes to have all compiled that a load runs. */
    private static final int LOADS = 5;

    private Training() {
    }

    public static void main(String[] args) throws IOException {
        run(Console.ofProcess(), Path.of(args[0]), "48MB", "2");
    }

    static void run(Console console, Path folder, String size, String jobs) throws IOException {
        String demo = folder.resolve("demo").toString();
        String data = folder.resolve("data").toString();
        Files.createDirectories(folder);
        Path csv = folder.resolve("sample.csv");
        Files.writeString(csv, "id,name,at,amount\n1,\"Lund, S\",2024-05-01,1.50\n2,,2024-05-02,\n");
        Path script = folder.resolve("script.sql");
        Files.writeString(script, "\\d sample\n\\dt+\n\\echo done\nSHOW ALL;\nCOPY sample TO STDOUT (FORMAT csv, HEADER);\n");

        command(console, "demo", "--size", size, "--jobs", jobs, "-D", demo);
        command(console, "init", "-D", data);
        command(console, "sniff", csv.toString());
        command(console, "load", csv.toString(), "-D", data);
        command(console, "sql", "-v", "ON_ERROR_STOP=1", "-D", data, "-A", "-t", "-f", script.toString());
        command(console, "sql", "-v", "ON_ERROR_STOP=1", "-D", data, "-c", "\\d sample", "-f", "-");
        List<String> loads = new ArrayList<>(List.of("sql", "-v", "ON_ERROR_STOP=1", "-q", "-D", demo));
        String lineitem = QuoteIdentifier.literal(Path.of(demo, "lineitem.csv").toAbsolutePath().toString());
        for (int i = 0; i < LOADS; i++) {
            loads.addAll(List.of("-c", "TRUNCATE lineitem",
                    "-c", "COPY lineitem FROM " + lineitem + " (FORMAT csv, HEADER)"));
        }
        command(console, loads.toArray(String[]::new));
    }

    private static void command(Console console, String... words) {
        int exit = Wharf.run(words, console);
        console.out().flush();
        if (exit != 0) {
            throw new IllegalStateException(words[0] + " ended with " + exit);
        }
    }
}
