package dev.wharf.nativetests.judge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A file of test cases.
 *
 * <pre>
 *   # a comment
 *   setup                                 statements that each case begins with
 *   CREATE TABLE t (a int, b text);       a statement ends with a semicolon at the end of a line
 *
 *   case quoted newline
 *   COPY t FROM 'in' (FORMAT csv);
 *   &lt; 1,"x                               its input: the file "in", or STDIN
 *   &lt; y"
 *       COPY 1                            tag or message, field by field
 *   = 1,"x                                the rows in the table that it was to fill
 *   = y"
 *   COPY t TO STDOUT (FORMAT csv);
 *       COPY 1
 *   &gt; 1,"x                               what it wrote
 *   &gt; y"
 * </pre>
 * Bytes are written as {@link ByteText} does. {@code in} may be read again by a later statement without an input of its own.
 */
record TestFile(String name, List<Step> setup, List<Case> cases, List<String> source) {
    static final String SUFFIX = ".test";

    /** Where the files are: the tests run in their module's directory. */
    static final Path DIRECTORY = Path.of("src/test/resources/copy");

    /** One case, in the file of that name. */
    record Case(String file, String name, int line, List<Step> steps) {
        @Override
        public String toString() {
            return file + ": " + name;
        }
    }

    static List<TestFile> readAll() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            List<TestFile> list = new ArrayList<>();
            for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
                list.add(parse(file.getFileName().toString(), Files.readAllLines(file)));
            }
            return list;
        }
    }

    static TestFile parse(String name, List<String> lines) {
        return new Reader(name, lines).read();
    }

    /** Its lines, with other expected ones. */
    List<String> withExpected(Function<Step, List<String>> outcomes) {
        List<String> out = new ArrayList<>();
        Step[] steps = Stream.concat(setup.stream(), cases.stream().flatMap(c -> c.steps().stream())).toArray(Step[]::new);
        int next = 0;
        int at = 0;
        while (at < source.size()) {
            if (next < steps.length && at + 1 == steps[next].line()) {
                at = copyStatement(at, out);
                out.addAll(outcomes.apply(steps[next++]));
            } else {
                if (!isExpected(source.get(at))) {
                    out.add(source.get(at));
                }
                at++;
            }
        }
        return out;
    }

    private int copyStatement(int from, List<String> out) {
        int at = from;
        do {
            out.add(source.get(at));
        } while (!source.get(at++).endsWith(";"));
        while (at < source.size() && isInput(source.get(at))) {
            out.add(source.get(at++));
        }
        return at;
    }

    private static boolean isMarked(String line, char mark) {
        return !line.isEmpty() && line.charAt(0) == mark && (line.length() == 1 || line.charAt(1) == ' ');
    }

    private static boolean isInput(String line) {
        return isMarked(line, '<');
    }

    static boolean isExpected(String line) {
        return line.startsWith("    ") || isMarked(line, '>') || isMarked(line, '=');
    }

    /** Takes a file apart. */
    private static final class Reader {
        private final String name;
        private final List<String> lines;
        private final List<Step> setup = new ArrayList<>();
        private final List<Case> cases = new ArrayList<>();
        private int at;

        private Reader(String name, List<String> lines) {
            this.name = name;
            this.lines = lines;
        }

        private TestFile read() {
            List<Step> steps = null;
            byte[] input = new byte[0];
            for (; at < lines.size(); at++) {
                String line = lines.get(at);
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                if (line.equals("setup") && steps == null) {
                    steps = setup;
                } else if (line.startsWith("case ")) {
                    String caseName = line.substring("case ".length());
                    if (cases.stream().anyMatch(c -> c.name.equals(caseName))) {
                        throw error("a second case of this name");
                    }
                    steps = new ArrayList<>();
                    input = new byte[0];
                    cases.add(new Case(name, caseName, at + 1, steps));
                } else if (steps == null || isInput(line) || isExpected(line)) {
                    throw error("belongs to no statement");
                } else {
                    Step step = step(input);
                    input = step.input();
                    steps.add(step);
                }
            }
            return new TestFile(name, setup, cases, lines);
        }

        private Step step(byte[] inputBefore) {
            int start = at;
            StringBuilder sql = new StringBuilder(lines.get(at));
            while (!lines.get(at).endsWith(";")) {
                if (++at == lines.size() || isInput(lines.get(at)) || isExpected(lines.get(at))) {
                    at = start;
                    throw error("a statement without an end");
                }
                sql.append('\n').append(lines.get(at));
            }
            List<String> input = new ArrayList<>();
            while (at + 1 < lines.size() && isInput(lines.get(at + 1))) {
                input.add(unmark(lines.get(++at)));
            }
            List<String> expected = new ArrayList<>();
            while (at + 1 < lines.size() && isExpected(lines.get(at + 1))) {
                expected.add(lines.get(++at));
            }
            return new Step(start + 1, sql.substring(0, sql.length() - 1),
                    input.isEmpty() ? inputBefore : ByteText.decode(input), expected);
        }

        private static String unmark(String line) {
            return line.length() < 2 ? "" : line.substring(2);
        }

        private IllegalArgumentException error(String what) {
            return new IllegalArgumentException(name + ":" + (at + 1) + ": " + what + ": " + lines.get(at));
        }
    }
}
