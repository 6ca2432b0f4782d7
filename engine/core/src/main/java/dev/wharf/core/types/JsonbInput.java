package dev.wharf.core.types;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * jsonb: stored as the text that PostgreSQL prints of it. Keys are ordered by length and then by their bytes, of equal keys the
 * last counts, numbers are numerics, and there is one space behind each colon and comma.
 */
final class JsonbInput implements TextInput, JsonParser.Sink {
    /** JENTRY_OFFLENMASK. */
    private static final int MAX_STRING = 0x0FFF_FFFF;

    private final JsonParser parser = new JsonParser(new JsonLexer(true), this);
    private final TextInput numeric = new NumericInput(PgType.of(PgType.Kind.NUMERIC));
    private final Datum number = new Datum();
    private final TextBuffer text = new TextBuffer();
    private final TextBuffer sorted = new TextBuffer();
    private final List<Container> open = new ArrayList<>();

    /** A member of an object: its text, key and value, goes to where the next one's begins. */
    private record Pair(byte[] key, int start) {
    }

    /** @param pairs null in an array */
    private record Container(int start, List<Pair> pairs) {
    }

    @Override
    public void parse(byte[] source, int offset, int length, Datum result) {
        text.clear();
        open.clear();
        parser.parse(source, offset, length);
        TextIo.parse(text.bytes, 0, text.length, result);
    }

    @Override
    public void begin(boolean object) {
        separate();
        text.put(object ? '{' : '[');
        open.add(new Container(text.length, object ? new ArrayList<>() : null));
    }

    /** A comma before an array's next element; in an object the keys are behind one. */
    private void separate() {
        if (!open.isEmpty() && open.getLast().pairs == null && text.length > open.getLast().start) {
            text.put(", ");
        }
    }

    @Override
    public void end() {
        Container container = open.removeLast();
        if (container.pairs != null) {
            order(container);
        }
        text.put(container.pairs != null ? '}' : ']');
    }

    @Override
    public void key(JsonLexer token) {
        Container object = open.getLast();
        if (!object.pairs.isEmpty()) {
            text.put(", ");
        }
        object.pairs.add(new Pair(Arrays.copyOf(token.string.bytes, token.string.length), text.length));
        string(token);
        text.put(": ");
    }

    @Override
    public void scalar(JsonLexer token) {
        separate();
        switch (token.kind()) {
            case JsonLexer.STRING -> string(token);
            case JsonLexer.TRUE -> text.put("true");
            case JsonLexer.FALSE -> text.put("false");
            default -> text.put("null");
        }
    }

    @Override
    public void number(byte[] source, int offset, int length) {
        separate();
        numeric.parse(source, offset, length, number);
        append(text, number.bytes, 0, number.length);
    }

    private void string(JsonLexer token) {
        byte[] bytes = token.string.bytes;
        int length = token.string.length;
        if (length > MAX_STRING) {
            throw PgError.ofValue(SqlState.PROGRAM_LIMIT_EXCEEDED, "string too long to represent as jsonb string")
                    .withDetail("Due to an implementation restriction, jsonb strings cannot exceed " + MAX_STRING + " bytes.");
        }
        text.put('"');
        int plain = 0;
        for (int i = 0; i < length; i++) {
            int c = bytes[i];
            if (c >= ' ' && c != '"' && c != '\\' || c < 0) {
                continue;
            }
            append(text, bytes, plain, i - plain);
            plain = i + 1;
            switch (c) {
                case '"', '\\' -> text.put('\\').put((char) c);
                case '\b' -> text.put("\\b");
                case '\f' -> text.put("\\f");
                case '\n' -> text.put("\\n");
                case '\r' -> text.put("\\r");
                case '\t' -> text.put("\\t");
                default -> text.put(String.format("\\u%04x", c));
            }
        }
        append(text, bytes, plain, length - plain);
        text.put('"');
    }

    /** Puts an object's pairs in order, one for each key. */
    private void order(Container object) {
        List<Pair> pairs = object.pairs;
        boolean inOrder = true;
        for (int i = 1; i < pairs.size() && inOrder; i++) {
            inOrder = compare(pairs.get(i - 1), pairs.get(i)) < 0;
        }
        if (inOrder) {
            return;
        }
        Integer[] order = new Integer[pairs.size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> compare(pairs.get(a), pairs.get(b)));
        sorted.clear();
        for (int i = 0; i < order.length; i++) {
            int pair = order[i];
            // the sort is stable: of equal keys the last one written comes last
            if (i + 1 < order.length && compare(pairs.get(pair), pairs.get(order[i + 1])) == 0) {
                continue;
            }
            if (sorted.length > 0) {
                sorted.put(", ");
            }
            int start = pairs.get(pair).start;
            int stop = pair + 1 < pairs.size() ? pairs.get(pair + 1).start - 2 : text.length;
            append(sorted, text.bytes, start, stop - start);
        }
        text.length = object.start;
        append(text, sorted.bytes, 0, sorted.length);
    }

    private static int compare(Pair a, Pair b) {
        return a.key.length != b.key.length ? Integer.compare(a.key.length, b.key.length)
                : Arrays.compareUnsigned(a.key, b.key);
    }

    private static void append(TextBuffer to, byte[] bytes, int start, int length) {
        System.arraycopy(bytes, start, to.ensure(length), to.length, length);
        to.length += length;
    }
}
