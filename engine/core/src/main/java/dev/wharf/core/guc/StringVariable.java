package dev.wharf.core.guc;

/** A parameter that is a text. Its value is null where it has none, which is shown as an empty one. */
public final class StringVariable extends GucVariable<String> {
    public StringVariable(GucDefinition definition, String bootValue, GucHooks<String> hooks) {
        super(definition, bootValue, hooks);
    }

    @Override
    String parse(String text) {
        return text;
    }

    @Override
    String format(String typed) {
        return typed == null ? "" : typed;
    }

    @Override
    String quote(String typed) {
        return "\"" + format(typed) + "\"";
    }

    @Override
    public String vartype() {
        return "string";
    }
}
