package dev.wharf.core.types;

/** json: any JSON text, kept as it is written. */
final class JsonInput implements TextInput {
    private final JsonParser parser = new JsonParser(new JsonLexer(false), null);

    @Override
    public void parse(byte[] source, int offset, int length, Datum result) {
        parser.parse(source, offset, length);
        TextIo.parse(source, offset, length, result);
    }
}
