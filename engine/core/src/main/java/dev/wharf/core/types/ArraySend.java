package dev.wharf.core.types;

/** {@code array_send}, from the text that arrays are stored as. */
final class ArraySend extends ArrayText implements TextOutput {
    private final int oid;
    private final TextOutput elementOutput;
    private final TextBuffer sent = new TextBuffer();
    private final TextBuffer elements = new TextBuffer();
    private final int[] size = new int[ArrayInput.MAX_DIMENSIONS];
    private int depth;
    private int dimensions;
    private boolean hasNull;

    ArraySend(PgType type) {
        super(type);
        oid = TypeOids.of(type.element().kind());
        elementOutput = BinaryOutputs.of(type.element());
    }

    @Override
    public void format(Datum value, TextBuffer target) {
        elements.clear();
        hasNull = false;
        depth = 0;
        dimensions = 0;
        read(value.bytes, value.length);
        dimensions = size[0] == 0 ? 0 : dimensions;
        target.clear();
        BinaryOutputs.put(target, dimensions, 4);
        BinaryOutputs.put(target, hasNull ? 1 : 0, 4);
        BinaryOutputs.put(target, oid, 4);
        for (int i = 0; i < dimensions; i++) {
            BinaryOutputs.put(target, size[i], 4);
            BinaryOutputs.put(target, lower[i], 4);
        }
        target.put(elements);
    }

    @Override
    void open() {
        size[depth++] = 0;
        dimensions = Math.max(dimensions, depth);
    }

    @Override
    void close() {
        depth--;
        if (depth > 0) {
            size[depth - 1]++;
        }
    }

    @Override
    void comma() {
        // the elements tell
    }

    @Override
    void element(Datum element) {
        size[depth - 1]++;
        if (element == null) {
            hasNull = true;
            BinaryOutputs.put(elements, -1, 4);
            return;
        }
        elementOutput.format(element, sent.clear());
        BinaryOutputs.put(elements, sent.length, 4);
        elements.put(sent);
    }
}
