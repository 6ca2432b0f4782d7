package dev.wharf.core.guc;

import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.ServerLog;
import dev.wharf.core.error.SqlState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * All parameters of a process that has a data directory open. Its sessions have values of their own on top: {@link
 * ConfigurationParameters}.
 *
 * <p>One thread at a time.
 */
public final class GucTable {
    private final TreeMap<String, GucVariable<?>> variables = new TreeMap<>();
    private final List<String> reservedPrefixes = new ArrayList<>();
    private final ServerLog log;
    /** Whose statement runs, or ran last. */
    private volatile ConfigurationParameters session;

    public GucTable(ServerLog log) {
        this.log = log;
    }

    /** Takes a variable in. A placeholder of its name gives it its value, with a warning if that will not do. */
    public <V extends GucVariable<?>> V define(V variable) {
        GucVariable<?> present = find(variable.name());
        if (present != null && !present.flags().contains(GucFlag.CUSTOM_PLACEHOLDER)) {
            throw new PgError(SqlState.INTERNAL_ERROR, "attempt to redefine parameter \"" + variable.name() + "\"");
        }
        variable.enter(this);
        if (present != null && present.processValue() != null) {
            try {
                checkContext(variable, GucContext.POSTMASTER);
                variable.setProcessText((String) present.processValue(), present.source());
            } catch (PgError e) {
                log.write(ErrorLevel.WARNING, e);
            }
        }
        variables.put(fold(variable.name()), variable);
        variable.assign();
        return variable;
    }

    /** A parameter that an extension defines: its name has a prefix. */
    public <V extends GucVariable<?>> V defineCustom(V variable) {
        if (!isCustomName(variable.name())) {
            throw invalidName(variable.name());
        }
        return define(variable);
    }

    /** From now on nothing that begins with this prefix and a dot is taken for a parameter unless it is defined. */
    public void markPrefixReserved(String prefix) {
        variables.values().removeIf(variable -> {
            boolean goes = variable.flags().contains(GucFlag.CUSTOM_PLACEHOLDER) && hasPrefix(variable.name(), prefix);
            if (goes) {
                log.write(ErrorLevel.WARNING, "invalid configuration parameter name \"" + variable.name() + "\", removing it",
                        "\"" + prefix + "\" is now a reserved prefix.", null);
            }
            return goes;
        });
        reservedPrefixes.add(prefix);
    }

    /** Null if there is none. */
    public GucVariable<?> find(String name) {
        return variables.get(fold(name));
    }

    /** All, by name. */
    public Collection<GucVariable<?>> variables() {
        return Collections.unmodifiableCollection(variables.values());
    }

    /** @throws PgError if nobody knows the name */
    GucVariable<?> get(String name) {
        GucVariable<?> variable = find(name);
        if (variable == null) {
            throw unrecognized(name);
        }
        return variable;
    }

    /** As {@link #get}, but makes a placeholder of a name that some extension may yet define. */
    GucVariable<?> getOrPlaceholder(String name) {
        GucVariable<?> variable = find(name);
        if (variable != null) {
            return variable;
        }
        if (name.indexOf('.') < 0) {
            throw unrecognized(name);
        }
        if (!isCustomName(name)) {
            throw invalidName(name);
        }
        for (String prefix : reservedPrefixes) {
            if (hasPrefix(name, prefix)) {
                throw new PgError(SqlState.INVALID_NAME, "invalid configuration parameter name \"" + name + "\"")
                        .withDetail("\"" + prefix + "\" is a reserved prefix.");
            }
        }
        return define(new StringVariable(new GucDefinition(name, null, GucContext.USERSET, GucFlag.NO_SHOW_ALL,
                GucFlag.NOT_IN_SAMPLE, GucFlag.CUSTOM_PLACEHOLDER), null, GucHooks.none()));
    }

    /**
     * @param at who would change it: POSTMASTER as the directory is opened, SIGHUP as the file is read again, BACKEND as a
     *           session starts, USERSET for SET
     * @throws PgError 55P02
     */
    static void checkContext(GucVariable<?> variable, GucContext at) {
        String why = switch (variable.context()) {
            case INTERNAL -> "cannot be changed";
            case POSTMASTER -> at == GucContext.POSTMASTER ? null : "cannot be changed without restarting the server";
            case SIGHUP -> at.compareTo(GucContext.SIGHUP) <= 0 ? null : "cannot be changed now";
            case SU_BACKEND, BACKEND -> at.compareTo(GucContext.BACKEND) <= 0 ? null
                    : "cannot be set after connection start";
            case SUSET, USERSET -> null;
        };
        if (why != null) {
            throw new PgError(SqlState.CANT_CHANGE_RUNTIME_PARAM, "parameter \"" + variable.name() + "\" " + why);
        }
    }

    ServerLog log() {
        return log;
    }

    ConfigurationParameters session() {
        return session;
    }

    /** From now on {@code active} says what {@link GucVariable#get} gives, and what assign hooks are told. */
    void activate(ConfigurationParameters active) {
        if (session != active) {
            session = active;
            assign();
        }
    }

    /** Tells assign hooks of what has changed: all of them. @throws PgError the first one's that fails */
    void assign() {
        List<PgError> errors = new ArrayList<>();
        assign(errors::add);
        if (!errors.isEmpty()) {
            throw errors.getFirst();
        }
    }

    /** As above. @param failed told of each hook that fails */
    void assign(Consumer<PgError> failed) {
        for (GucVariable<?> variable : variables.values()) {
            try {
                variable.assign();
            } catch (PgError e) {
                failed.accept(e);
            }
        }
    }

    static PgError unrecognized(String name) {
        return new PgError(SqlState.UNDEFINED_OBJECT, "unrecognized configuration parameter \"" + name + "\"");
    }

    private static PgError invalidName(String name) {
        return new PgError(SqlState.INVALID_NAME, "invalid configuration parameter name \"" + name + "\"")
                .withDetail("Custom parameter names must be two or more simple identifiers separated by dots.");
    }

    private static boolean hasPrefix(String name, String prefix) {
        return name.startsWith(prefix) && name.length() > prefix.length() && name.charAt(prefix.length()) == '.';
    }

    /** valid_custom_variable_name. */
    static boolean isCustomName(String name) {
        boolean dot = false;
        boolean start = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.') {
                if (start) {
                    return false;
                }
                dot = true;
                start = true;
            } else if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
                    || !start && (c >= '0' && c <= '9' || c == '$')) {
                start = false;
            } else {
                return false;
            }
        }
        return dot && !start;
    }

    /** guc_name_compare: only ASCII letters fold. */
    private static String fold(String name) {
        StringBuilder folded = new StringBuilder(name);
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                folded.setCharAt(i, (char) (c + 32));
            }
        }
        return folded.toString();
    }
}
