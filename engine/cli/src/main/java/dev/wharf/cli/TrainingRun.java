package dev.wharf.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The main job on little data and each other command once, in one JVM: what the build runs to make the AOT caches of
 * classes and profiles. A command that it does not run starts more slowly.
 */
public final class TrainingRun {
    private TrainingRun() {
    }

    /** @param args an empty directory */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        String data = directory.resolve("data").toString();
        String demo = directory.resolve("demo").toString();
        Path csv = directory.resolve("sample.csv");
        Files.writeString(csv, "id,name,at,amount\n1,\"Lund, S\",2024-05-01,1.50\n2,,2024-05-02,\n");
        Path script = directory.resolve("script.sql");
        Files.writeString(script, "CREATE TABLE s (id int, name text);\n\\d s\n\\dt+\nSHOW ALL;\nDROP TABLE s;\n");
        run("demo", "--size", "48MB", "--jobs", "2", "-D", demo);
        run("init", "-D", data);
        run("load", csv.toString(), "-D", data);
        run("sql", "-D", data, "-A", "-t", "-q", "-f", script.toString());
        run("sql", "-D", data, "-c", "\\d sample", "-c", "COPY sample TO STDOUT (FORMAT csv, HEADER)");
        run("sql", "-D", data, "-c", "SELECT");
        // As long as it takes to have the vectors' code compiled, and all else that a load runs
        String lineitem = QuoteIdentifier.literal(Path.of(demo, "lineitem.csv").toString());
        List<String> sql = new ArrayList<>(List.of("sql", "-D", demo, "-q"));
        for (int i = 0; i < 5; i++) {
            sql.addAll(List.of("-c", "TRUNCATE lineitem", "-c", "COPY lineitem FROM " + lineitem + " (FORMAT csv, HEADER)"));
        }
        run(sql.toArray(String[]::new));
    }

    private static void run(String... arguments) {
        Console console = Console.ofProcess();
        Wharf.run(arguments, console);
        console.out().flush();
        console.err().flush();
    }
}
