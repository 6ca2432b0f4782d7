package dev.wharf.core.guc;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A session's settings: what SET, RESET and SHOW work on. Values of its own, on top of those of its process. Not thread-safe. */
public final class ConfigurationParameters {
    private final GucTable table;
    /** By SET. */
    private final Map<GucVariable<?>, Object> values = new HashMap<>();
    private final Map<GucVariable<?>, Object> commandLine = new HashMap<>();
    /** Of those that can change only as a session starts. */
    private final Map<GucVariable<?>, Object> startValues = new HashMap<>();

    /** One line of SHOW ALL. */
    public record Setting(String name, String value, String description) {
    }

    public ConfigurationParameters(GucTable table) {
        this.table = table;
        for (GucVariable<?> variable : table.variables()) {
            if (variable.context() == GucContext.BACKEND || variable.context() == GucContext.SU_BACKEND) {
                startValues.put(variable, variable.processValue());
            }
        }
    }

    /** Makes this the session whose values hold in the process. */
    public void activate() {
        table.activate(this);
    }

    /** A value that holds in this session. */
    @SuppressWarnings("unchecked")
    public <T> T value(GucVariable<T> variable) {
        Object value = values.get(variable);
        value = value == null ? commandLine.get(variable) : value;
        value = value == null ? startValues.get(variable) : value;
        return value == null ? variable.processValue() : (T) value;
    }

    /** Where {@link #value} is from. */
    public GucSource source(String name) {
        GucVariable<?> variable = table.get(name);
        if (values.containsKey(variable)) {
            return GucSource.SESSION;
        }
        return commandLine.containsKey(variable) ? GucSource.COMMAND_LINE : variable.source();
    }

    /** As SHOW gives it. */
    public String get(String name) {
        return show(table.get(name));
    }

    private <T> String show(GucVariable<T> variable) {
        return variable.show(value(variable));
    }

    /** The name as it is listed: lookup ignores case. */
    public String canonicalName(String name) {
        return table.get(name).name();
    }

    /** SET name TO value. */
    public void set(String name, String value) {
        GucVariable<?> variable = table.getOrPlaceholder(name);
        values.put(variable, checked(variable, value, GucSource.SESSION));
        table.assign();
    }

    /** All of SET but the setting: what SET LOCAL does where there is no transaction block. */
    public void check(String name, String value) {
        checked(table.getOrPlaceholder(name), value, GucSource.SESSION);
    }

    /** For an option of the command that the session is of: RESET goes back to it, and SET goes before it. */
    public void setFromCommandLine(String name, String value) {
        GucVariable<?> variable = table.getOrPlaceholder(name);
        commandLine.put(variable, checked(variable, value, GucSource.COMMAND_LINE));
        table.assign();
    }

    private static Object checked(GucVariable<?> variable, String value, GucSource source) {
        GucTable.checkContext(variable, source == GucSource.SESSION ? GucContext.USERSET : GucContext.BACKEND);
        return variable.check(value, source);
    }

    /** The one text that SET's arguments make: flatten_set_variable_args. {@code quote} is quote_identifier. */
    public String flatten(String name, List<String> arguments, UnaryOperator<String> quote) {
        GucVariable<?> variable = table.find(name);
        if (arguments.size() > 1 && (variable == null || !variable.flags().contains(GucFlag.LIST_INPUT))) {
            throw new PgError(SqlState.INVALID_PARAMETER_VALUE, "SET " + name + " takes only one argument");
        }
        boolean quotes = variable != null && variable.flags().contains(GucFlag.LIST_QUOTE);
        return String.join(", ", quotes ? arguments.stream().map(quote).toList() : arguments);
    }

    /** RESET name, and SET name TO DEFAULT. */
    public void reset(String name) {
        GucVariable<?> variable = checkReset(name);
        values.remove(variable);
        table.assign();
    }

    /** All of RESET but the setting. */
    public GucVariable<?> checkReset(String name) {
        GucVariable<?> variable = table.getOrPlaceholder(name);
        GucTable.checkContext(variable, GucContext.USERSET);
        return variable;
    }

    public void resetAll() {
        values.keySet().removeIf(variable -> !variable.flags().contains(GucFlag.NO_RESET_ALL));
        table.assign();
    }

    /** SHOW ALL: by name, without those that are not for it. */
    public List<Setting> all() {
        List<Setting> all = new ArrayList<>();
        for (GucVariable<?> variable : table.variables()) {
            if (!variable.flags().contains(GucFlag.NO_SHOW_ALL)) {
                all.add(new Setting(variable.name(), show(variable), variable.shortDesc()));
            }
        }
        return all;
    }
}
