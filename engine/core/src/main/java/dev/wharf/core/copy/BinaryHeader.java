package dev.wharf.core.copy;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What stands before the rows of a file in binary format, and behind them. */
final class BinaryHeader {
    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int WITH_OIDS = 1 << 16;
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
     * Checks a file's header as PostgreSQL's {@code ReceiveCopyBinaryHeader} does.
     *
     * @return the offset of the first row
     * @throws PgError 22P04
     */
    static long read(CopySource source) {
        byte[] head = new byte[(int) Math.min(source.size(), SIGNATURE.length + 2 * Integer.BYTES)];
        source.read(MemorySegment.ofArray(head), 0);
        if (head.length < SIGNATURE.length || !Arrays.equals(head, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "COPY file signature not recognized");
        }
        String missing = "missing flags";
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(head))) {
            in.skipNBytes(SIGNATURE.length);
            int flags = in.readInt();
            if ((flags & WITH_OIDS) != 0) {
                throw invalid("WITH OIDS");
            }
            if (flags >> 16 != 0) {
                throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "unrecognized critical flags in COPY file header");
            }
            missing = "missing length";
            int extension = in.readInt();
            if (extension < 0) {
                throw invalid(missing);
            }
            if (extension > source.size() - head.length) {
                throw invalid("wrong length");
            }
            return head.length + (long) extension;
        } catch (EOFException e) {
            throw invalid(missing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PgError invalid(String why) {
        return new PgError(SqlState.BAD_COPY_FILE_FORMAT, "invalid COPY file header (" + why + ")");
    }
}
