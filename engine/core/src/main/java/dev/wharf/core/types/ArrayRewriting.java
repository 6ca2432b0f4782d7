package dev.wharf.core.types;

/** An array whose elements a session wants otherwise than in the text that arrays are stored as. Not thread-safe. */
final class ArrayRewriting extends ArrayText implements TextOutput {
    private final TextOutput elementOutput;
    private final TextBuffer elementText = new TextBuffer();
    private TextBuffer out;

    ArrayRewriting(PgType type, TextSettings settings) {
        super(type);
        elementOutput = TextOutputs.of(type.element(), settings);
    }

    @Override
    public void format(Datum value, TextBuffer target) {
        out = target.clear();
        int bounds = boundsLength(value.bytes);
        for (int i = 0; i < bounds; i++) {
            out.put((char) value.bytes[i]);
        }
        read(value.bytes, value.length);
    }

    @Override
    void open() {
        out.put('{');
    }

    @Override
    void close() {
        out.put('}');
    }

    @Override
    void comma() {
        out.put(',');
    }

    @Override
    void element(Datum element) {
        if (element == null) {
            out.put("NULL");
        } else {
            elementOutput.format(element, elementText.clear());
            ArrayInput.appendElement(elementText, out);
        }
    }
}
