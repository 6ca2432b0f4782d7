package dev.wharf.core.types;

import dev.wharf.core.error.PgError;

/** A type's input function: text form to stored form, with the type's modifier applied. Not thread-safe. */
public interface TextInput {
    /**
     * Converts {@code length} bytes of valid UTF-8 without NUL at {@code offset}.
     *
     * @throws PgError PostgreSQL's error for this value, without CONTEXT
     */
    void parse(byte[] source, int offset, int length, Datum result);
}
