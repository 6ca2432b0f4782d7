package dev.wharf.core.copy;

import dev.wharf.core.catalog.Relation;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.encoding.FromUtf8;
import dev.wharf.core.format.BatchFormatter;
import dev.wharf.core.memory.OffHeap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a COPY TO writes before its rows, and behind them. */
final class CopyToHead {
    private CopyToHead() {
    }

    /** @param attributes indexes of the columns to write, in order */
    static ByteBuffer header(CopyFormatOptions options, Relation relation, int[] attributes) {
        options.encoding().checkFromUtf8(options.nullPrint().length());
        if (options.format() == CopyFormatOptions.Format.BINARY) {
            return ByteBuffer.wrap(BinaryHeader.bytes());
        }
        if (options.format() == CopyFormatOptions.Format.JSON_ARRAY) {
            return ascii("[\n");
        }
        if (options.header() == CopyFormatOptions.Header.FALSE) {
            return ByteBuffer.allocate(0);
        }
        CopyDialect dialect = options.dialect(CopyDialect.Eol.NL);
        int length = 0;
        for (int a : attributes) {
            length += 2 * relation.columns().get(a).name().getBytes(StandardCharsets.UTF_8).length + 3;
        }
        try (OffHeap.Buffer line = new OffHeap.Buffer(length); OffHeap.Buffer scratch = new OffHeap.Buffer(256)) {
            int at = 0;
            for (int i = 0; i < attributes.length; i++) {
                byte[] name = relation.columns().get(attributes[i]).name().getBytes(StandardCharsets.UTF_8);
                at += BatchFormatter.header(name, dialect, attributes.length == 1, scratch, line.address() + at);
                OffHeap.putByte(line.address() + at++, i == attributes.length - 1 ? (byte) '\n' : dialect.delimiter());
            }
            return encoded(options, line.address(), at);
        }
    }

    private static ByteBuffer encoded(CopyFormatOptions options, long address, int length) {
        long from = address;
        int n = length;
        try (FromUtf8 conversion = options.fromUtf8()) {
            if (conversion != null) {
                n = (int) conversion.convert(address, length);
                from = conversion.converted().address();
            }
            byte[] bytes = new byte[n];
            OffHeap.copy(from, bytes, 0, n);
            return ByteBuffer.wrap(bytes);
        }
    }

    static ByteBuffer trailer(CopyFormatOptions options) {
        return switch (options.format()) {
            case TEXT, CSV, JSON -> ByteBuffer.allocate(0);
            case BINARY -> ByteBuffer.wrap(BinaryHeader.trailer());
            case JSON_ARRAY -> ascii("]\n");
        };
    }

    /** All encodings have these characters, and as the same bytes. */
    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
