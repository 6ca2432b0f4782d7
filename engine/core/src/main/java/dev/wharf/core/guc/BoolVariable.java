package dev.wharf.core.guc;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.util.Locale;

/** A parameter that is on or off. */
public final class BoolVariable extends GucVariable<Boolean> {
    public BoolVariable(GucDefinition definition, boolean bootValue, GucHooks<Boolean> hooks) {
        super(definition, bootValue, hooks);
    }

    @Override
    Boolean parse(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        if (!word.isEmpty()) {
            if ("true".startsWith(word) || "yes".startsWith(word) || word.equals("on") || word.equals("1")) {
                return true;
            }
            if ("false".startsWith(word) || "no".startsWith(word) || word.length() > 1 && "off".startsWith(word)
                    || word.equals("0")) {
                return false;
            }
        }
        throw new PgError(SqlState.INVALID_PARAMETER_VALUE, "parameter \"" + name() + "\" requires a Boolean value");
    }

    @Override
    String format(Boolean typed) {
        return typed ? "on" : "off";
    }

    @Override
    String quote(Boolean typed) {
        return typed ? "1" : "0";
    }

    @Override
    public String vartype() {
        return "bool";
    }
}
