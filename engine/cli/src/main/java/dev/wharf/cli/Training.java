package dev.wharf.cli;

/**
 * The run that the launcher makes its caches of classes from: the main job, then a shell on what it left, so that the classes
 * of both are in them. Its argument is a folder that may be filled.
 */
final class Training {
    private Training() {
    }

    public static void main(String[] args) {
        run(Console.ofProcess(), args[0], "48MB", "2");
    }

    static void run(Console console, String data, String size, String jobs) {
        command(console, "demo", "--size", size, "--jobs", jobs, "-D", data);
        command(console, "sql", "-v", "ON_ERROR_STOP=1", "-D", data, "-c", "\\d lineitem", "-c", "\\echo done", "-c",
                "SHOW max_parallel_copy_workers", "-f", "-");
        command(console, "load", data + "/lineitem.csv", "--table", "lineitem", "-D", data);
    }

    private static void command(Console console, String... words) {
        int exit = Wharf.run(words, console);
        console.out().flush();
        if (exit != 0) {
            throw new IllegalStateException(words[0] + " ended with " + exit);
        }
    }
}
