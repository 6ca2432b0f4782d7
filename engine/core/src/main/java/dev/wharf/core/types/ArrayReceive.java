package dev.wharf.core.types;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;

/** {@code array_recv}: dimensions, whether there are nulls, the elements' type, bounds, and elements, each with its length. */
final class ArrayReceive implements TextInput {
    private static final int FIXED_PART = 12;
    private static final int BOUNDS = 8;

    private final PgType type;
    private final TextInput elementInput;
    private final TextOutput elementOutput;
    private final Datum element = new Datum();
    private final TextBuffer elementText = new TextBuffer();
    private final TextBuffer text = new TextBuffer();
    private final int[] size = new int[ArrayInput.MAX_DIMENSIONS];
    private final int[] lower = new int[ArrayInput.MAX_DIMENSIONS];

    /** @param elementInput the receive function of the elements */
    ArrayReceive(PgType type, TextInput elementInput) {
        this.type = type.element();
        this.elementInput = elementInput;
        elementOutput = TextOutputs.of(type.element());
    }

    @Override
    public void parse(byte[] source, int offset, int length, Datum result) {
        int dimensions = dimensions(source, offset, length);
        int items = items(dimensions);
        int at = FIXED_PART + BOUNDS * dimensions;
        text.clear();
        if (items == 0) {
            text.put("{}");
        } else {
            ArrayInput.putBounds(text, dimensions, lower, size);
            at = elements(source, offset, length, at, dimensions, items);
        }
        TextIo.parse(text.bytes, 0, text.length, result);
        BinaryInputs.end(length, at);
    }

    private int dimensions(byte[] source, int offset, int length) {
        int dimensions = (int) BinaryInputs.get(source, offset, length, 0, 4);
        if (dimensions < 0) {
            throw invalid("invalid number of dimensions: " + dimensions);
        }
        if (dimensions > ArrayInput.MAX_DIMENSIONS) {
            throw new PgError(SqlState.PROGRAM_LIMIT_EXCEEDED, "number of array dimensions (" + dimensions
                    + ") exceeds the maximum allowed (" + ArrayInput.MAX_DIMENSIONS + ")");
        }
        int flags = (int) BinaryInputs.get(source, offset, length, 4, 4);
        if (flags != 0 && flags != 1) {
            throw invalid("invalid array flags");
        }
        int oid = (int) BinaryInputs.get(source, offset, length, 8, 4);
        if (oid != TypeOids.of(type.kind()) && TypeOids.isBuiltIn(oid)) {
            throw new PgError(SqlState.DATATYPE_MISMATCH, "binary data has array element type " + TypeOids.named(oid)
                    + " instead of expected " + TypeOids.named(TypeOids.of(type.kind())));
        }
        for (int i = 0; i < dimensions; i++) {
            size[i] = (int) BinaryInputs.get(source, offset, length, FIXED_PART + BOUNDS * i, 4);
            lower[i] = (int) BinaryInputs.get(source, offset, length, FIXED_PART + BOUNDS * i + 4, 4);
        }
        return dimensions;
    }

    /** PostgreSQL's {@code ArrayGetNItems} and {@code ArrayCheckBounds}. */
    private int items(int dimensions) {
        long items = dimensions == 0 ? 0 : 1;
        for (int i = 0; i < dimensions; i++) {
            items *= size[i];
            if (size[i] < 0 || items != (int) items) {
                throw ArrayInput.tooManyElements();
            }
        }
        if (items > ArrayInput.MAX_ELEMENTS) {
            throw ArrayInput.tooManyElements();
        }
        for (int i = 0; i < dimensions; i++) {
            if ((long) lower[i] + size[i] > Integer.MAX_VALUE) {
                throw new PgError(SqlState.PROGRAM_LIMIT_EXCEEDED, "array lower bound is too large: " + lower[i]);
            }
        }
        return (int) items;
    }

    /** Returns where the elements end. */
    private int elements(byte[] source, int offset, int length, int start, int dimensions, int items) {
        int at = start;
        for (int i = 0; i < items; i++) {
            int width = (int) BinaryInputs.get(source, offset, length, at, 4);
            at += 4;
            if (width < -1 || width > length - at) {
                throw invalid("insufficient data left in message");
            }
            int turns = turns(i, dimensions);
            text.put(i == 0 ? "" : "}".repeat(turns) + ",").put("{".repeat(i == 0 ? dimensions : turns));
            if (width == -1) {
                text.put("NULL");
                continue;
            }
            receive(source, offset + at, width, i);
            elementOutput.format(element, elementText.clear());
            ArrayInput.appendElement(elementText, text);
            at += width;
        }
        text.put("}".repeat(dimensions));
        return at;
    }

    /** How many of the inner dimensions begin anew with this element. */
    private int turns(int item, int dimensions) {
        int turns = 0;
        long span = 1;
        for (int d = dimensions - 1; d > 0; d--) {
            span *= size[d];
            if (item % span != 0) {
                break;
            }
            turns++;
        }
        return turns;
    }

    private void receive(byte[] source, int offset, int width, int item) {
        try {
            elementInput.parse(source, offset, width, element);
        } catch (PgError e) {
            throw e.getMessage().equals(BinaryInputs.INCORRECT)
                    ? invalid("improper binary format in array element " + (item + 1)) : e;
        }
    }

    private static PgError invalid(String message) {
        return new PgError(SqlState.INVALID_BINARY_REPRESENTATION, message);
    }
}
