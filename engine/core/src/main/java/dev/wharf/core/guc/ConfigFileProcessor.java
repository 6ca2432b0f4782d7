package dev.wharf.core.guc;

import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Takes the settings of a configuration file into a table: ProcessConfigFile. */
public final class ConfigFileProcessor {
    private final GucTable table;
    private final Path file;
    private final Supplier<ConfigFile> input;

    public ConfigFileProcessor(GucTable table, Path file) {
        this(table, file, () -> ConfigFile.read(file));
    }

    /** Of what the postmaster has made of its file. */
    ConfigFileProcessor(GucTable table, Path file, List<ConfigFile.Item> items) {
        this(table, file, () -> ConfigFile.of(file, items));
    }

    private ConfigFileProcessor(GucTable table, Path file, Supplier<ConfigFile> input) {
        this.table = table;
        this.file = file;
        this.input = input;
    }

    /**
     * As the data directory is opened.
     *
     * @throws PgError F0000 if anything is wrong; DETAIL says what, and in which lines
     */
    public void load() {
        List<String> errors = new ArrayList<>();
        for (ConfigFile.Item item : read(errors).values()) {
            try {
                GucVariable<?> variable = table.getOrPlaceholder(item.name());
                GucTable.checkContext(variable, GucContext.POSTMASTER);
                variable.setProcessText(item.value(), item.source());
            } catch (PgError e) {
                errors.add(at(item, e));
            }
        }
        if (!errors.isEmpty()) {
            throw new PgError(SqlState.CONFIG_FILE_ERROR, "configuration file \"" + file + "\" contains errors")
                    .withDetail(String.join("\n", errors));
        }
        table.assign();
    }

    /**
     * Once more: what may change does. What is wrong, and what has changed, goes to the log. A file with a syntax error
     * or an unknown name changes nothing. A hook that fails leaves the others theirs.
     *
     * @param level of what goes to the log
     */
    public void reload(ErrorLevel level) {
        List<String> errors = new ArrayList<>();
        Map<String, ConfigFile.Item> items = read(errors);
        for (ConfigFile.Item item : items.values()) {
            if (table.find(item.name()) == null && !GucTable.isCustomName(item.name())) {
                errors.add(at(item, GucTable.unrecognized(item.name())));
            }
        }
        if (!errors.isEmpty()) {
            report(errors, "no changes were applied", level);
            return;
        }
        for (GucVariable<?> variable : List.copyOf(table.variables())) {
            if (variable.source() == GucSource.FILE && !items.containsKey(variable.name())) {
                try {
                    remove(variable, errors, level);
                } catch (PgError e) {
                    errors.add(e.getMessage());
                }
            }
        }
        for (ConfigFile.Item item : items.values()) {
            try {
                change(table.getOrPlaceholder(item.name()), item, level);
            } catch (PgError e) {
                errors.add(at(item, e));
            }
        }
        table.assign(e -> table.log().write(level, e));
        if (!errors.isEmpty()) {
            report(errors, "unaffected changes were applied", level);
        }
    }

    private void remove(GucVariable<?> variable, List<String> errors, ErrorLevel level) {
        if (variable.context() == GucContext.POSTMASTER) {
            errors.add("parameter \"" + variable.name() + "\" cannot be changed without restarting the server");
        } else {
            variable.resetProcessValue();
            table.log().write(level, "parameter \"" + variable.name()
                    + "\" removed from configuration file, reset to default");
        }
    }

    private <T> void change(GucVariable<T> variable, ConfigFile.Item item, ErrorLevel level) {
        T after = variable.check(item.value(), item.source());
        if (!Objects.equals(variable.processValue(), after)) {
            GucTable.checkContext(variable, GucContext.SIGHUP);
            table.log().write(level, "parameter \"" + variable.name() + "\" changed to \"" + item.value() + "\"");
        }
        variable.setProcessValue(after, item.value(), item.source());
    }

    private void report(List<String> errors, String outcome, ErrorLevel level) {
        errors.forEach(error -> table.log().write(level, error));
        table.log().write(level, "configuration file \"" + file + "\" contains errors; " + outcome);
    }

    /** By the names that they are defined under: of a setting that is there twice the last one counts. */
    private Map<String, ConfigFile.Item> read(List<String> errors) {
        Map<String, ConfigFile.Item> items = new LinkedHashMap<>();
        ConfigFile config = input.get();
        errors.addAll(config.errors());
        for (ConfigFile.Item item : config.items()) {
            GucVariable<?> variable = table.find(item.name());
            items.put(variable == null ? item.name() : variable.name(), item);
        }
        return items;
    }

    private String at(ConfigFile.Item item, PgError error) {
        String hint = error.hint() == null ? "" : " (" + error.hint() + ")";
        return error.getMessage() + " in file \"" + file + "\" line " + item.line() + hint;
    }
}
