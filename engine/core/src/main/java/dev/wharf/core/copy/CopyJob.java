package dev.wharf.core.copy;

import dev.wharf.core.catalog.Relation;
import dev.wharf.core.catalog.RelationCodec;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.csv.TextDialect;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.types.ByteaOutput;
import dev.wharf.core.types.DateOrder;
import dev.wharf.core.types.SessionTimeZone;
import dev.wharf.core.types.TextSettings;
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
 * @param format     FORMAT, for COPY TO also whether with FORCE_ARRAY
 * @param dialect    with the end-of-line style found in the file (COPY FROM), or the one to write (COPY TO);
 *                   null for the formats binary and json
 * @param force      what the FORCE options say of the input's fields
 * @param encoding   COPY TO: what the text is written in; COPY FROM: UTF8, whatever the input is in
 * @param input      COPY FROM: which one of the load's inputs this is, from 0 on
 * @param file       the text; null for a stream, whose tasks are in the spool, and for COPY TO STDOUT
 * @param directory  COPY FROM: where the load's files go; COPY TO: the table's directory
 * @param spool      where the reader of a COPY FROM's stream, or the workers of a COPY TO STDOUT leave text; else null
 * @param start      COPY FROM: offset of the first row
 * @param size       COPY FROM: the file's length
 * @param taskBytes  COPY FROM: bytes of a task
 * @param lossless   COPY FROM: see {@link CopyFormatOptions#lossless}
 * @param errors     COPY FROM: what is done about bad values
 * @param settings   of the session
 */
record CopyJob(boolean isFrom, Relation relation, int[] attributes, CopyFormatOptions.Format format, CopyDialect dialect,
               ForceFlags force, PgEncoding encoding, int input, Path file, Path directory, Path spool, long start,
               long size, long taskBytes, boolean lossless, CopyErrorHandling errors, TextSettings settings) {

    /** Tasks of a COPY FROM a file. */
    long tasks() {
        return size <= start ? 0 : (size - start + taskBytes - 1) / taskBytes;
    }

    /** The same, with other {@link #errors}. */
    CopyJob withErrors(CopyErrorHandling value) {
        return new CopyJob(isFrom, relation, attributes, format, dialect, force, encoding, input, file, directory, spool, start,
                size, taskBytes, lossless, value, settings);
    }

    boolean isBinary() {
        return format == CopyFormatOptions.Format.BINARY;
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
            out.writeByte(format.ordinal());
            writeDialect(out, dialect);
            writeFlags(out, force.quote());
            writeFlags(out, force.notNull());
            writeFlags(out, force.isNull());
            out.writeByte(encoding.ordinal());
            out.writeInt(input);
            out.writeUTF(file == null ? "" : file.toString());
            out.writeUTF(directory.toString());
            out.writeUTF(spool == null ? "" : spool.toString());
            out.writeLong(start);
            out.writeLong(size);
            out.writeLong(taskBytes);
            out.writeBoolean(lossless);
            errors.write(out);
            out.writeByte(settings.bytea().ordinal());
            out.writeUTF(settings.timeZone().name());
            out.writeByte(settings.order().ordinal());
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
            CopyFormatOptions.Format format = CopyFormatOptions.Format.values()[in.readByte()];
            CopyDialect dialect = readDialect(in);
            ForceFlags force = new ForceFlags(readFlags(in), readFlags(in), readFlags(in));
            PgEncoding encoding = PgEncoding.values()[in.readByte()];
            int input = in.readInt();
            String file = in.readUTF();
            String directory = in.readUTF();
            String spool = in.readUTF();
            return new CopyJob(isFrom, relation, attributes, format, dialect, force, encoding, input,
                    file.isEmpty() ? null : Path.of(file), Path.of(directory), spool.isEmpty() ? null : Path.of(spool),
                    in.readLong(), in.readLong(), in.readLong(), in.readBoolean(), CopyErrorHandling.read(in),
                    new TextSettings(ByteaOutput.values()[in.readByte()], SessionTimeZone.of(in.readUTF()),
                    DateOrder.values()[in.readByte()]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeDialect(DataOutputStream out, CopyDialect dialect) throws IOException {
        out.writeBoolean(dialect == null);
        if (dialect == null) {
            return;
        }
        out.writeBoolean(dialect instanceof CsvDialect);
        if (dialect instanceof CsvDialect csv) {
            out.writeByte(csv.quote());
            out.writeByte(csv.escape());
        }
        out.writeByte(dialect.delimiter());
        out.writeByte(dialect.eol().ordinal());
        writeBytes(out, dialect.nullPrint());
        writeBytes(out, dialect.defaultPrint());
    }

    private static CopyDialect readDialect(DataInputStream in) throws IOException {
        if (in.readBoolean()) {
            return null;
        }
        boolean csv = in.readBoolean();
        byte quote = csv ? in.readByte() : 0;
        byte escape = csv ? in.readByte() : 0;
        byte delimiter = in.readByte();
        CopyDialect.Eol eol = CopyDialect.Eol.values()[in.readByte()];
        byte[] nullPrint = readBytes(in);
        byte[] defaultPrint = readBytes(in);
        return csv ? new CsvDialect(delimiter, quote, escape, eol, nullPrint, defaultPrint)
                : new TextDialect(delimiter, eol, nullPrint, defaultPrint);
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length < 0 ? null : in.readNBytes(length);
    }

    private static void writeFlags(DataOutputStream out, boolean[] flags) throws IOException {
        out.writeInt(flags == null ? -1 : flags.length);
        for (int i = 0; flags != null && i < flags.length; i++) {
            out.writeBoolean(flags[i]);
        }
    }

    private static boolean[] readFlags(DataInputStream in) throws IOException {
        int length = in.readInt();
        boolean[] flags = length < 0 ? null : new boolean[length];
        for (int i = 0; i < length; i++) {
            flags[i] = in.readBoolean();
        }
        return flags;
    }
}
