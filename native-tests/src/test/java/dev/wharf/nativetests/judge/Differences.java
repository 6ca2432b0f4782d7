package dev.wharf.nativetests.judge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where Wharf is not to say what PostgreSQL says, and why: {@code differences.txt} beside the test files. An entry names a case,
 * {@code file: case}, or all of a file, {@code file: *}, and a reason. One whose reason begins with "not supported yet" is met
 * where Wharf refuses a statement with 0A000. Any other is of one case, and has the outcome that Wharf is to give instead.
 */
final class Differences {
    static final String FILE = "differences.txt";
    private static final String ALL = "*";
    private static final String NOT_SUPPORTED_YET = "not supported yet";

    /** @param wharf the first outcome that is another than PostgreSQL's; empty if any refusal will do */
    record Entry(String file, String name, String reason, List<String> wharf) {
        boolean isNotSupportedYet() {
            return reason.startsWith(NOT_SUPPORTED_YET);
        }

        boolean isOfFile() {
            return name.equals(ALL);
        }

        /** Whether this outcome is the difference that is meant. */
        boolean allows(Outcome outcome) {
            return isNotSupportedYet() ? outcome.isNotSupported() : outcome.lines().equals(wharf);
        }

        @Override
        public String toString() {
            return file + ": " + name;
        }
    }

    private final Map<String, Entry> entries = new HashMap<>();

    static Differences read(Path directory) throws IOException {
        return parse(Files.readAllLines(directory.resolve(FILE)));
    }

    static Differences parse(List<String> lines) {
        Differences differences = new Differences();
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at);
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(": ");
            if (colon < 0 || ++at == lines.size() || !lines.get(at).startsWith("reason ")) {
                throw new IllegalArgumentException(FILE + ":" + (at + 1) + ": file, case and a reason are needed: " + line);
            }
            String reason = lines.get(at).substring("reason ".length());
            List<String> wharf = new ArrayList<>();
            while (at + 1 < lines.size() && TestFile.isExpected(lines.get(at + 1))) {
                wharf.add(lines.get(++at));
            }
            Entry entry = new Entry(line.substring(0, colon), line.substring(colon + 2), reason, wharf);
            if (entry.isNotSupportedYet() != wharf.isEmpty() || entry.isOfFile() && !entry.isNotSupportedYet()) {
                throw new IllegalArgumentException(FILE + ":" + (at + 1) + ": an outcome is for one case that is supported: "
                        + line);
            }
            if (differences.entries.put(entry.toString(), entry) != null) {
                throw new IllegalArgumentException(FILE + ":" + (at + 1) + ": listed twice: " + line);
            }
        }
        return differences;
    }

    /** What is listed for a case, or for all of its file; null if nothing is. */
    Entry of(TestFile.Case test) {
        return entries.getOrDefault(test.toString(), ofFile(test.file()));
    }

    Entry ofFile(String file) {
        return entries.get(file + ": " + ALL);
    }

    /** Entries of cases and files that are not there. */
    List<Entry> without(List<TestFile> files) {
        Set<String> names = new HashSet<>();
        for (TestFile file : files) {
            names.add(file.name() + ": " + ALL);
            file.cases().forEach(c -> names.add(c.toString()));
        }
        return entries.values().stream().filter(e -> !names.contains(e.toString())).toList();
    }
}
