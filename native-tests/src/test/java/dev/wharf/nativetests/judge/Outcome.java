package dev.wharf.nativetests.judge;

import dev.wharf.nativetests.PostgresOracle.Failure;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of a statement, as the lines that a test file has for it: messages and the tag of a COPY behind four spaces, the
 * bytes of a COPY TO behind {@code >}, and the rows of the table that a COPY FROM was to fill, as CSV, behind {@code =}.
 */
record Outcome(List<String> lines) {
    /** The rows, NULL and the empty string apart. */
    static String dump(String table) {
        return "COPY " + table + " TO STDOUT (FORMAT csv, NULL 'nil')";
    }

    /** Whether the statement was refused because what it asks for is not there yet. */
    boolean isNotSupported() {
        return lines.stream().anyMatch(line -> line.matches("    ERROR 0A000: .* (is|are) not supported( .*)?"));
    }

    boolean isError() {
        return lines.stream().anyMatch(line -> line.startsWith("    ERROR "));
    }

    /** The same, with no more than the line in the CONTEXT of an error that is about a line, not a value. */
    Outcome withoutPlaceInLine() {
        if (lines.stream().noneMatch(line -> line.matches("    ERROR (22P04|22021): .*"))) {
            return this;
        }
        return new Outcome(lines.stream()
                .map(line -> line.replaceFirst("^(    CONTEXT: COPY \\w+, line \\d+)[,:] .*", "$1")).toList());
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }

    /** Collects the lines in their order. */
    static final class Builder {
        private static final String MESSAGE = "    ";

        private final List<String> lines = new ArrayList<>();
        private final Step step;
        private final String directory;

        Builder(Step step, String directory) {
            this.step = step;
            this.directory = directory;
        }

        Builder message(String severity, Failure failure) {
            lines.add(MESSAGE + severity + " " + failure.sqlState() + ": " + text(failure.message()));
            field("DETAIL", failure.detail());
            field("HINT", failure.hint());
            field("CONTEXT", failure.context());
            if (failure.position() > 0) {
                lines.add(MESSAGE + "POSITION: " + step.position(failure.position(), directory));
            }
            return this;
        }

        private void field(String name, String value) {
            if (value != null) {
                lines.add(MESSAGE + name + ": " + text(value));
            }
        }

        private String text(String value) {
            return ByteText.encode(value.replace(directory, Step.DIRECTORY));
        }

        /** Tags of other statements than COPY the driver keeps to itself. */
        Builder tag(String tag) {
            if (tag != null && tag.startsWith("COPY ")) {
                lines.add(MESSAGE + tag);
            }
            return this;
        }

        Builder output(byte[] bytes) {
            return bytes(">", bytes);
        }

        Builder rows(byte[] bytes) {
            return bytes("=", bytes);
        }

        private Builder bytes(String mark, byte[] bytes) {
            for (String line : ByteText.encode(bytes)) {
                lines.add(line.isEmpty() ? mark : mark + " " + line);
            }
            return this;
        }

        Outcome build() {
            return new Outcome(List.copyOf(lines));
        }
    }
}
