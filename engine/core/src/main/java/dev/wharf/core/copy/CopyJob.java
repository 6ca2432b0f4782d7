package dev.wharf.core.copy;

import dev.wharf.core.catalog.Relation;
import dev.wharf.core.catalog.RelationCodec;
import dev.wharf.core.csv.CsvDialect;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * What every process of one COPY must know; the leader puts it into the segment.
 *
 * @param attributes indexes of the table's columns in the file's order
 * @param dialect    with the end-of-line style found in the file (COPY FROM), or the one to write (COPY TO)
 * @param file       the CSV file; null for COPY TO STDOUT
 * @param directory  COPY FROM: where the load's files go; COPY TO: the table's directory
 * @param spool      COPY TO STDOUT: where workers leave text; else null
 * @param start      COPY FROM: offset of the first row
 * @param size       COPY FROM: the file's length
 * @param taskBytes  COPY FROM: bytes of a task
 * @param lossless   COPY FROM: see {@link CopyFormatOptions#lossless}
 * @param errors     COPY FROM: what is done about bad values
 */
record CopyJob(boolean isFrom, Relation relation, int[] attributes, CsvDialect dialect, Path file, Path directory,
               Path spool, long start, long size, long taskBytes, boolean lossless, CopyErrorHandling errors) {

    /** Tasks of a COPY FROM. */
    long tasks() {
        return size <= start ? 0 : (size - start + taskBytes - 1) / taskBytes;
    }

    /** The same, with other {@link #errors}. */
    CopyJob withErrors(CopyErrorHandling value) {
        return new CopyJob(isFrom, relation, attributes, dialect, file, directory, spool, start, size, taskBytes, lossless,
                value);
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeBoolean(isFrom);
            RelationCodec.write(out, relation);
            out.writeInt(attributes.length);
            for (int a : attributes) {
                out.writeShort(a);
            }
            out.writeByte(dialect.delimiter());
            out.writeByte(dialect.quote());
            out.writeByte(dialect.escape());
            out.writeByte(dialect.eol().ordinal());
            out.writeInt(dialect.nullPrint().length);
            out.write(dialect.nullPrint());
            out.writeUTF(file == null ? "" : file.toString());
            out.writeUTF(directory.toString());
            out.writeUTF(spool == null ? "" : spool.toString());
            out.writeLong(start);
            out.writeLong(size);
            out.writeLong(taskBytes);
            out.writeBoolean(lossless);
            errors.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static CopyJob decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            boolean isFrom = in.readBoolean();
            Relation relation = RelationCodec.read(in);
            int[] attributes = new int[in.readInt()];
            for (int i = 0; i < attributes.length; i++) {
                attributes[i] = in.readShort();
            }
            byte delimiter = in.readByte();
            byte quote = in.readByte();
            byte escape = in.readByte();
            CsvDialect.Eol eol = CsvDialect.Eol.values()[in.readByte()];
            byte[] nullPrint = in.readNBytes(in.readInt());
            String file = in.readUTF();
            String directory = in.readUTF();
            String spool = in.readUTF();
            return new CopyJob(isFrom, relation, attributes,
                    new CsvDialect(delimiter, quote, escape, eol, nullPrint), file.isEmpty() ? null : Path.of(file),
                    Path.of(directory), spool.isEmpty() ? null : Path.of(spool), in.readLong(), in.readLong(), in.readLong(),
                    in.readBoolean(), CopyErrorHandling.read(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
