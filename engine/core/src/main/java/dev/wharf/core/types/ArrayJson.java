package dev.wharf.core.types;

/** An array as a JSON array, from the text that arrays are stored as. Lower bounds have no place there. */
final class ArrayJson extends ArrayText implements TextOutput {
    private final TextOutput elementOutput;
    private final TextBuffer elementText = new TextBuffer();
    private TextBuffer out;

    ArrayJson(PgType type, TextSettings settings) {
        super(type);
        elementOutput = JsonOutputs.of(type.element(), settings);
    }

    @Override
    public void format(Datum value, TextBuffer target) {
        out = target.clear();
        read(value.bytes, value.length);
    }

    @Override
    void open() {
        out.put('[');
    }

    @Override
    void close() {
        out.put(']');
    }

    @Override
    void comma() {
        out.put(',');
    }

    @Override
    void element(Datum element) {
        if (element == null) {
            out.put("null");
        } else {
            elementOutput.format(element, elementText.clear());
            out.put(elementText);
        }
    }
}
