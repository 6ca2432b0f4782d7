package dev.wharf.core.catalog;

import dev.wharf.core.types.PgType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What the catalog file holds.
 *
 * <pre>
 *   CRC-32C of what follows
 *   -2               the second layout; the first began with the next oid, which is positive
 *   next oid
 *   tables           their number, then each by {@link RelationCodec}
 *   sequences        their number, then each
 * </pre>
 * All big-endian. In the first layout, which is still read, columns had no defaults, and there were no sequences.
 */
record CatalogContent(int nextOid, List<Relation> relations, List<Sequence> sequences) {
    private static final int SECOND_LAYOUT = -2;

    static CatalogContent decode(byte[] file) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(checked(file)))) {
            int first = in.readInt();
            boolean second = first == SECOND_LAYOUT;
            int next = second ? in.readInt() : first;
            int count = in.readInt();
            List<Relation> relations = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                relations.add(RelationCodec.read(in, second));
            }
            List<Sequence> sequences = new ArrayList<>();
            for (int i = second ? in.readInt() : 0; i > 0; i--) {
                sequences.add(readSequence(in));
            }
            return new CatalogContent(next, relations, sequences);
        }
    }

    ByteBuffer encode() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0);
        out.writeInt(SECOND_LAYOUT);
        out.writeInt(nextOid);
        out.writeInt(relations.size());
        for (Relation r : relations) {
            RelationCodec.write(out, r);
        }
        out.writeInt(sequences.size());
        for (Sequence s : sequences) {
            write(out, s);
        }
        return sealed(bytes.toByteArray());
    }

    private static void write(DataOutputStream out, Sequence s) throws IOException {
        out.writeInt(s.oid());
        out.writeUTF(s.name());
        out.writeUTF(s.type().name());
        for (long value : new long[] {s.start(), s.increment(), s.min(), s.max(), s.cache()}) {
            out.writeLong(value);
        }
        out.writeBoolean(s.cycle());
        out.writeInt(s.owner());
        out.writeUTF(s.ownerColumn() == null ? "" : s.ownerColumn());
    }

    private static Sequence readSequence(DataInputStream in) throws IOException {
        int oid = in.readInt();
        String name = in.readUTF();
        PgType.Kind type = PgType.Kind.valueOf(in.readUTF());
        long[] values = new long[5];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readLong();
        }
        boolean cycle = in.readBoolean();
        int owner = in.readInt();
        String ownerColumn = in.readUTF();
        return new Sequence(oid, name, type, values[0], values[1], values[2], values[3], values[4], cycle, owner,
                ownerColumn.isEmpty() ? null : ownerColumn);
    }

    /** Puts the checksum of what follows into the first four bytes. */
    static ByteBuffer sealed(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, Integer.BYTES, bytes.length - Integer.BYTES);
        return ByteBuffer.wrap(bytes).putInt(0, (int) crc.getValue());
    }

    /**
     * The content behind the checksum. A damaged catalog must never pass for one that has fewer tables: their files would
     * be removed.
     */
    static byte[] checked(byte[] file) throws IOException {
        CRC32C crc = new CRC32C();
        if (file.length >= Integer.BYTES) {
            crc.update(file, Integer.BYTES, file.length - Integer.BYTES);
        }
        if (file.length < Integer.BYTES || ByteBuffer.wrap(file).getInt() != (int) crc.getValue()) {
            throw new IOException("its checksum does not match");
        }
        return Arrays.copyOfRange(file, Integer.BYTES, file.length);
    }

    Relation relation(String name) {
        return relations.stream().filter(r -> r.name().equals(name)).findFirst().orElse(null);
    }

    Sequence sequence(String name) {
        return sequences.stream().filter(s -> s.name().equals(name)).findFirst().orElse(null);
    }

    /** Whether a table or a sequence has the name. */
    boolean isTaken(String name) {
        return relation(name) != null || sequence(name) != null;
    }

    CatalogContent with(Relation relation) {
        List<Relation> all = new ArrayList<>(relations);
        all.removeIf(r -> r.oid() == relation.oid());
        all.add(relation);
        return new CatalogContent(Math.max(nextOid, relation.oid() + 1), all, sequences);
    }

    CatalogContent with(Sequence sequence) {
        List<Sequence> all = new ArrayList<>(sequences);
        all.add(sequence);
        return new CatalogContent(Math.max(nextOid, sequence.oid() + 1), relations, all);
    }

    /** Without the tables and sequences of these numbers. */
    CatalogContent without(List<Integer> oids) {
        return new CatalogContent(nextOid, relations.stream().filter(r -> !oids.contains(r.oid())).toList(),
                sequences.stream().filter(s -> !oids.contains(s.oid())).toList());
    }
}
