package dev.wharf.bench.copy;

/** What is timed. */
public enum Operation {
    COPY_FROM("COPY FROM"),
    COPY_TO("COPY TO");

    private final String label;

    Operation(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
