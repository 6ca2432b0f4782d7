package dev.wharf.bench.fork;

/** What a worker has come to, in this order; times count from the moment it was asked for. */
enum Stage {
    EXEC("exec", "the supervisor has forked it"),
    JVM_UP("JVM up", "the first line of Java runs"),
    ATTACHED("attached", "segment and proc slot"),
    LOADED("loaded", "settings read, its jar found, its code begins"),
    FIRST_TASK("first task", "one task done"),
    HOT("hot", "tasks take less than twice as long as in the end");

    private final String label;
    private final String meaning;

    Stage(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    String label() {
        return label;
    }

    String meaning() {
        return meaning;
    }
}
