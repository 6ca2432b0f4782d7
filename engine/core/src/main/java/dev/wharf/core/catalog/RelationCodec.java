package dev.wharf.core.catalog;

import dev.wharf.core.types.PgType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A relation as bytes: in the catalog file, and in a COPY's job. */
public final class RelationCodec {
    private static final int NO_DEFAULT = 0;
    private static final int CONSTANT = 1;
    private static final int NULL_CONSTANT = 2;
    private static final int NEXTVAL = 3;

    private RelationCodec() {
    }

    public static void write(DataOutput out, Relation relation) throws IOException {
        out.writeInt(relation.oid());
        out.writeUTF(relation.name());
        out.writeBoolean(relation.unlogged());
        out.writeInt(relation.columns().size());
        for (Column c : relation.columns()) {
            out.writeUTF(c.name());
            write(out, c.type());
            out.writeBoolean(c.notNull());
            write(out, c.columnDefault());
        }
    }

    private static void write(DataOutput out, PgType type) throws IOException {
        out.writeUTF(type.kind().name());
        if (type.kind() == PgType.Kind.ARRAY) {
            write(out, type.element());
        } else {
            out.writeInt(type.precision());
            out.writeInt(type.scale());
        }
    }

    private static void write(DataOutput out, ColumnDefault columnDefault) throws IOException {
        switch (columnDefault) {
            case null -> out.writeByte(NO_DEFAULT);
            case ColumnDefault.Constant c -> {
                out.writeByte(c.text() == null ? NULL_CONSTANT : CONSTANT);
                writeText(out, c.expression());
                write(out, c.type());
                if (c.text() != null) {
                    writeText(out, c.text());
                }
            }
            case ColumnDefault.NextVal n -> {
                out.writeByte(NEXTVAL);
                out.writeInt(n.sequence());
                out.writeUTF(n.name());
                out.writeByte(n.identity().ordinal());
            }
        }
    }

    /** {@code writeUTF} ends at 64 KiB. */
    private static void writeText(DataOutput out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public static Relation read(DataInput in) throws IOException {
        return read(in, true);
    }

    /** @param defaults whether columns have defaults; those of a catalog of the first version have none */
    static Relation read(DataInput in, boolean defaults) throws IOException {
        int oid = in.readInt();
        String name = in.readUTF();
        boolean unlogged = in.readBoolean();
        int count = in.readInt();
        List<Column> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String columnName = in.readUTF();
            PgType type = readType(in);
            boolean notNull = in.readBoolean();
            columns.add(new Column(columnName, type, notNull, defaults ? readDefault(in) : null));
        }
        return new Relation(oid, name, columns, unlogged);
    }

    private static PgType readType(DataInput in) throws IOException {
        PgType.Kind kind = PgType.Kind.valueOf(in.readUTF());
        return kind == PgType.Kind.ARRAY ? PgType.arrayOf(readType(in)) : new PgType(kind, in.readInt(), in.readInt());
    }

    private static ColumnDefault readDefault(DataInput in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case NO_DEFAULT -> null;
            case CONSTANT, NULL_CONSTANT -> new ColumnDefault.Constant(readText(in), readType(in),
                    kind == CONSTANT ? readText(in) : null);
            case NEXTVAL -> new ColumnDefault.NextVal(in.readInt(), in.readUTF(),
                    ColumnDefault.Identity.values()[in.readByte()]);
            default -> throw new IOException("a default of kind " + kind);
        };
    }
}
