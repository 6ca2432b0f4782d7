package dev.wharf.core.guc;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.util.Objects;
import java.util.Set;

/**
 * A parameter: its definition, and the value that the process has without its sessions' own.
 *
 * <p>One thread at a time, but for {@link #get}.
 *
 * @param <T> what a value is; immutable
 */
public abstract sealed class GucVariable<T> permits BoolVariable, IntVariable, RealVariable, StringVariable, EnumVariable {
    private final GucDefinition definition;
    private final T bootValue;
    private final GucHooks<T> hooks;
    /** Set as the variable is taken into a table. */
    private volatile GucTable table;
    private volatile T value;
    private GucSource source = GucSource.DEFAULT;
    /** What {@link #value} was made of; null if it is the default. */
    private String text;
    private T assigned;
    private boolean isAssigned;

    GucVariable(GucDefinition definition, T bootValue, GucHooks<T> hooks) {
        this.definition = definition;
        this.bootValue = bootValue;
        this.hooks = hooks;
    }

    /** A value from its text, in range; the hooks are not asked. */
    abstract T parse(String text);

    abstract String format(T typed);

    /** As {@code invalid value for parameter ...} shows it. */
    String quote(T typed) {
        return String.valueOf(typed);
    }

    /** {@code bool}, {@code integer}, {@code real}, {@code string} or {@code enum}: pg_settings.vartype. */
    public abstract String vartype();

    public String name() {
        return definition.name();
    }

    public GucContext context() {
        return definition.context();
    }

    public Set<GucFlag> flags() {
        return definition.flags();
    }

    public String shortDesc() {
        return definition.shortDesc();
    }

    /** Null if there is none. */
    public String longDesc() {
        return definition.longDesc();
    }

    public T bootValue() {
        return bootValue;
    }

    /** The value that holds where this is called: of the session whose statement runs, else of the process. For any thread. */
    public T get() {
        ConfigurationParameters session = table == null ? null : table.session();
        return session == null ? value : session.value(this);
    }

    /** The process's value, whatever the sessions have. */
    public T processValue() {
        return value;
    }

    /** Where {@link #processValue} is from. */
    public GucSource source() {
        return source;
    }

    /** The text that {@link #processValue} was made of; null if it is the default. */
    String processText() {
        return text;
    }

    /** A text that makes the process's value of today, if that is the default; null if there is none. */
    String defaultText() {
        if (value == null) {
            return null;
        }
        String shown = format(value);
        try {
            return value.equals(parse(shown)) ? shown : null;
        } catch (PgError _) {
            // It is out of its own range
            return null;
        }
    }

    /** As SHOW gives it. */
    String show(T typed) {
        return hooks.show() == null ? format(typed) : hooks.show().apply(typed);
    }

    /** The value that {@code newText} means, asked of the check hook too. */
    T check(String newText, GucSource from) {
        return check(parse(newText), from);
    }

    private T check(T typed, GucSource from) {
        if (hooks.check() == null) {
            return typed;
        }
        try {
            return hooks.check().check(typed, from);
        } catch (GucCheckException e) {
            throw e.toError("invalid value for parameter \"" + name() + "\": " + quote(typed));
        } catch (RuntimeException | Error e) {
            throw failure("check", e);
        }
    }

    /** What a hook throws that is none of PostgreSQL's errors. */
    private PgError failure(String hook, Throwable e) {
        return e instanceof PgError error ? error
                : new PgError(SqlState.INTERNAL_ERROR, hook + " hook of parameter \"" + name() + "\" failed: " + e, e);
    }

    /** @throws PgError if the check hook refuses the boot value: a mistake of who defines the variable */
    void enter(GucTable into) {
        value = check(bootValue, GucSource.DEFAULT);
        table = into;
    }

    void setProcessText(String newText, GucSource from) {
        setProcessValue(check(newText, from), newText, from);
    }

    /** @param newText what {@code typed} was made of */
    void setProcessValue(T typed, String newText, GucSource from) {
        value = typed;
        text = newText;
        source = from;
    }

    void resetProcessValue() {
        setProcessValue(check(bootValue, GucSource.DEFAULT), null, GucSource.DEFAULT);
    }

    /** Tells the assign hook if the value that holds is another now. @throws PgError if the hook fails; it is not called again */
    void assign() {
        if (hooks.assign() != null) {
            T now = get();
            if (!isAssigned || !Objects.equals(assigned, now)) {
                assigned = now;
                isAssigned = true;
                try {
                    hooks.assign().accept(now);
                } catch (RuntimeException | Error e) {
                    throw failure("assign", e);
                }
            }
        }
    }
}
