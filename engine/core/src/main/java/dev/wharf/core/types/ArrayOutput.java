package dev.wharf.core.types;

/** An array written otherwise than in the text that arrays are stored as. Not thread-safe. */
final class ArrayOutput extends ArrayText implements TextOutput {
    private final TextOutput elementOutput;
    private final boolean json;
    private final TextBuffer elementText = new TextBuffer();
    private TextBuffer out;

    private ArrayOutput(PgType type, TextOutput elementOutput, boolean json) {
        super(type);
        this.elementOutput = elementOutput;
        this.json = json;
    }

    /** As PostgreSQL prints it under other settings than the default ones. */
    static ArrayOutput text(PgType type, TextSettings settings) {
        return new ArrayOutput(type, TextOutputs.of(type.element(), settings), false);
    }

    /** A JSON array. Lower bounds have no place there. */
    static ArrayOutput json(PgType type, TextSettings settings) {
        return new ArrayOutput(type, JsonOutputs.of(type.element(), settings), true);
    }

    @Override
    public void format(Datum value, TextBuffer target) {
        out = target.clear();
        int bounds = json ? 0 : boundsLength(value.bytes);
        for (int i = 0; i < bounds; i++) {
            out.put((char) value.bytes[i]);
        }
        read(value.bytes, value.length);
    }

    @Override
    void open() {
        out.put(json ? '[' : '{');
    }

    @Override
    void close() {
        out.put(json ? ']' : '}');
    }

    @Override
    void comma() {
        out.put(',');
    }

    @Override
    void element(Datum element) {
        if (element == null) {
            out.put(json ? "null" : "NULL");
            return;
        }
        elementOutput.format(element, elementText.clear());
        if (json) {
            out.put(elementText);
        } else {
            ArrayInput.appendElement(elementText, out);
        }
    }
}
