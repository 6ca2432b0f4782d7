package dev.wharf.core.guc;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;

/** A parameter that is a floating-point number, in a range; of a unit, if a flag says so. */
public final class RealVariable extends GucVariable<Double> {
    private final GucUnit unit;
    private final double minValue;
    private final double maxValue;

    public RealVariable(GucDefinition definition, double bootValue, double minValue, double maxValue, GucHooks<Double> hooks) {
        super(definition, bootValue, hooks);
        this.unit = GucUnit.of(definition.flags());
        this.minValue = minValue;
        this.maxValue = maxValue;
    }

    @Override
    Double parse(String text) {
        double number = GucNumbers.parseReal(name(), text, unit);
        if (number < minValue || number > maxValue) {
            String suffix = unit == null ? "" : " " + unit.text();
            throw new PgError(SqlState.INVALID_PARAMETER_VALUE, GucNumbers.general(number) + suffix
                    + " is outside the valid range for parameter \"" + name() + "\" (" + GucNumbers.general(minValue) + suffix
                    + " .. " + GucNumbers.general(maxValue) + suffix + ")");
        }
        return number;
    }

    @Override
    String format(Double typed) {
        return unit == null || typed <= 0 ? GucNumbers.general(typed) : unit.show(typed);
    }

    @Override
    String quote(Double typed) {
        return GucNumbers.general(typed);
    }

    @Override
    public String vartype() {
        return "real";
    }
}
