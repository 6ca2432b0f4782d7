package dev.wharf.core.catalog;

/**
 * Where a record batch lies in its file: Arrow's {@code Block}.
 *
 * @param offset         of the message, with its 8-byte prefix
 * @param metadataLength of the message with prefix and padding: the body begins this far behind {@code offset}
 * @param bodyLength     of the buffers
 * @param rows           in the batch
 */
public record BatchBlock(long offset, int metadataLength, long bodyLength, int rows) {
    public long end() {
        return offset + metadataLength + bodyLength;
    }
}
