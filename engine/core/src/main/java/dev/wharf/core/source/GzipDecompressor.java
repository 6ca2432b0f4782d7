package dev.wharf.core.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * RFC 1952: members one after the other, zeros behind the last. (The JDK's GZIPInputStream takes a stream that has no bytes at
 * hand between two members for ended.)
 */
final class GzipDecompressor extends Decompressor {
    private static final int ID = 0x8B1F;
    private static final int DEFLATE = 8;
    private static final int FHCRC = 2;
    private static final int FEXTRA = 4;
    private static final int FNAME = 8;
    private static final int FCOMMENT = 16;
    private static final int RESERVED = 0xE0;
    /** Modification time, extra flags, operating system. */
    private static final int UNUSED_HEADER = 6;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private boolean inMember;

    GzipDecompressor(CopyDataSource source, String name, ByteBuffer head) {
        super(source, name, head);
    }

    @Override
    int decompress(ByteBuffer target) throws IOException {
        while (inMember || begin()) {
            int from = target.position();
            inflate(target);
            int n = target.position() - from;
            crc.update(target.duplicate().position(from).limit(from + n));
            if (inflater.finished()) {
                endMember();
            }
            if (n > 0) {
                return n;
            }
        }
        return -1;
    }

    @Override
    void free() {
        inflater.end();
    }

    private void inflate(ByteBuffer target) throws IOException {
        if (!hasInput()) {
            throw damaged("unexpected end of file");
        }
        inflater.setInput(input);
        try {
            inflater.inflate(target);
        } catch (DataFormatException e) {
            throw damaged(e.getMessage() == null ? "invalid data" : e.getMessage());
        }
    }

    /** Reads a member's header; false if there is no member. */
    private boolean begin() throws IOException {
        boolean first = used() == 0;
        while (!first && hasInput() && input.get(input.position()) == 0) {
            input.get();
        }
        if (!hasInput()) {
            return false;
        }
        long start = used();
        if (integer(2) != ID) {
            throw damaged("trailing garbage", start);
        }
        if (integer(1) != DEFLATE) {
            throw damaged("unknown compression method", start);
        }
        int flags = (int) integer(1);
        if ((flags & RESERVED) != 0) {
            throw damaged("unknown header flags", start);
        }
        skip(UNUSED_HEADER);
        if ((flags & FEXTRA) != 0) {
            skip((int) integer(2));
        }
        for (int text = flags & (FNAME | FCOMMENT); text != 0; text &= text - 1) {
            while (integer(1) != 0) {
                // to its end
            }
        }
        skip((flags & FHCRC) != 0 ? 2 : 0);
        inflater.reset();
        crc.reset();
        inMember = true;
        return true;
    }

    private void endMember() throws IOException {
        long at = used();
        if (integer(4) != crc.getValue()) {
            throw damaged("checksum does not match", at);
        }
        if (integer(4) != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
            throw damaged("length does not match", at);
        }
        inMember = false;
    }

    /** Little-endian. */
    private long integer(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            if (!hasInput()) {
                throw damaged("unexpected end of file");
            }
            value |= (input.get() & 0xFFL) << 8 * i;
        }
        return value;
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            integer(1);
        }
    }
}
