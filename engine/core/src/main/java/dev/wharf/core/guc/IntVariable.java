package dev.wharf.core.guc;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;

/** A parameter that is a whole number of 32 bits, in a range; of a unit, if a flag says so. */
public final class IntVariable extends GucVariable<Integer> {
    private final GucUnit unit;
    private final int minValue;
    private final int maxValue;

    public IntVariable(GucDefinition definition, int bootValue, int minValue, int maxValue, GucHooks<Integer> hooks) {
        super(definition, bootValue, hooks);
        this.unit = GucUnit.of(definition.flags());
        this.minValue = minValue;
        this.maxValue = maxValue;
    }

    @Override
    Integer parse(String text) {
        int number = GucNumbers.parseInt(name(), text, unit);
        if (number < minValue || number > maxValue) {
            String suffix = unit == null ? "" : " " + unit.text();
            throw new PgError(SqlState.INVALID_PARAMETER_VALUE, number + suffix + " is outside the valid range for parameter \""
                    + name() + "\" (" + minValue + suffix + " .. " + maxValue + suffix + ")");
        }
        return number;
    }

    @Override
    String format(Integer typed) {
        return unit == null || typed <= 0 ? typed.toString() : unit.show(typed);
    }

    @Override
    public String vartype() {
        return "integer";
    }
}
