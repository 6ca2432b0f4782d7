package dev.wharf.core.guc;

/** The text of the configuration file that a new data directory gets: all parameters, commented out, with their defaults. */
public final class SampleConfigFile {
    private SampleConfigFile() {
    }

    public static String text(GucTable table) {
        StringBuilder text = new StringBuilder("""
                # The settings of this data directory. A line is a name, an equal sign if you like, and a value: a number with
                # a unit (B kB MB GB TB, us ms s min h d), a word, or a text in single quotes. What follows a # is a comment.
                # A line that begins with one shows a default. The file is read by wharf serve, as it starts and at SIGHUP; where
                # that does not run, by each process that opens the directory.
                """);
        for (GucVariable<?> variable : table.variables()) {
            if (!variable.flags().contains(GucFlag.NOT_IN_SAMPLE)) {
                append(text, variable);
            }
        }
        return text.toString();
    }

    private static <T> void append(StringBuilder text, GucVariable<T> variable) {
        text.append("\n# ").append(variable.shortDesc()).append('\n');
        if (variable.longDesc() != null) {
            text.append("# ").append(variable.longDesc()).append('\n');
        }
        if (variable.context() == GucContext.POSTMASTER) {
            text.append("# A change takes effect once no process has the directory open, and wharf serve is started again.\n");
        }
        String value = variable.format(variable.bootValue());
        boolean plain = !(variable instanceof StringVariable);
        text.append('#').append(variable.name()).append(" = ")
                .append(plain ? value : "'" + value.replace("'", "''") + "'").append('\n');
    }
}
