package dev.wharf.core.copy;

import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.source.CopyDataSource;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What stands before the rows of a file in binary format, and behind them. */
final class BinaryHeader {
    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int WITH_OIDS = 1 << 16;
    private static final int STEP = 64 << 10;
    private static final byte[] TRAILER = {-1, -1};

    private BinaryHeader() {
    }

    /** A header without flags or extension. */
    static byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(SIGNATURE);
            out.writeInt(0);
            out.writeInt(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] trailer() {
        return TRAILER.clone();
    }

    /**
     * Checks a stream's header as PostgreSQL's {@code ReceiveCopyBinaryHeader} does, and drops it.
     *
     * @throws PgError 22P04
     */
    static CopyFromHead read(CopyStream stream) {
        int length = SIGNATURE.length;
        if (!has(stream, length) || !Arrays.equals(SIGNATURE, stream.head(length).toArray(ValueLayout.JAVA_BYTE))) {
            throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "COPY file signature not recognized");
        }
        int flags = readInt(stream, length, "missing flags");
        if ((flags & WITH_OIDS) != 0) {
            throw invalid("WITH OIDS");
        }
        if (flags >> 16 != 0) {
            throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "unrecognized critical flags in COPY file header");
        }
        int extension = readInt(stream, length + Integer.BYTES, "missing length");
        if (extension < 0) {
            throw invalid("missing length");
        }
        stream.drop(length + 2 * Integer.BYTES);
        while (extension > 0) {
            if (!has(stream, 1)) {
                throw invalid("wrong length");
            }
            int n = Math.min(extension, stream.length());
            stream.drop(n);
            extension -= n;
        }
        return new CopyFromHead(stream.start(), CopyDialect.Eol.NL, stream.start(), 0, 0, false);
    }

    /** The same of a file. */
    static CopyFromHead read(CopySource source) {
        long[] position = {0};
        CopyDataSource data = target -> {
            int n = source.read(MemorySegment.ofBuffer(target), position[0]);
            position[0] += n;
            return n == 0 ? -1 : n;
        };
        try (CopyStream stream = new CopyStream(data, STEP)) {
            return read(stream);
        }
    }

    private static int readInt(CopyStream stream, int at, String missing) {
        if (!has(stream, at + Integer.BYTES)) {
            throw invalid(missing);
        }
        return Integer.reverseBytes(OffHeap.getInt(stream.address() + at));
    }

    private static boolean has(CopyStream stream, int bytes) {
        while (stream.length() < bytes) {
            if (!stream.more(STEP)) {
                return false;
            }
        }
        return true;
    }

    private static PgError invalid(String why) {
        return new PgError(SqlState.BAD_COPY_FILE_FORMAT, "invalid COPY file header (" + why + ")");
    }
}
