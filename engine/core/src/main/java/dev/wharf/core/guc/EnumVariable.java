package dev.wharf.core.guc;

import dev.wharf.core.error.PgError;
import java.util.List;
import java.util.stream.Collectors;

/** A parameter that is one of several words. */
public final class EnumVariable extends GucVariable<String> {
    private final List<ConfigEnumEntry> options;

    public EnumVariable(GucDefinition definition, String bootValue, List<ConfigEnumEntry> options, GucHooks<String> hooks) {
        super(definition, bootValue, hooks);
        this.options = List.copyOf(options);
    }

    @Override
    String parse(String text) {
        for (ConfigEnumEntry entry : options) {
            if (entry.name().equalsIgnoreCase(text)) {
                return entry.value();
            }
        }
        PgError error = GucNumbers.invalid(name(), text);
        String available = options.stream().filter(entry -> !entry.hidden()).map(ConfigEnumEntry::name)
                .collect(Collectors.joining(", "));
        throw available.isEmpty() ? error : error.withHint("Available values: " + available + ".");
    }

    @Override
    String format(String typed) {
        return typed;
    }

    @Override
    String quote(String typed) {
        return "\"" + typed + "\"";
    }

    @Override
    public String vartype() {
        return "enum";
    }
}
