package dev.wharf.core.guc;

/** Where a value comes from; a later one goes before an earlier one. */
public enum GucSource {
    DEFAULT("default"),
    /** A default that the postmaster has computed. */
    DYNAMIC_DEFAULT("default"),
    FILE("configuration file"),
    COMMAND_LINE("command line"),
    SESSION("session");

    private final String text;

    GucSource(String text) {
        this.text = text;
    }

    /** As pg_settings has it. */
    @Override
    public String toString() {
        return text;
    }
}
