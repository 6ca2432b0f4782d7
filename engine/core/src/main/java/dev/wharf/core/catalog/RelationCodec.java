package dev.wharf.core.catalog;

import dev.wharf.core.types.PgType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A relation as bytes: in the catalog file, and in a COPY's job. */
public final class RelationCodec {
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

    private static PgType readType(DataInput in) throws IOException {
        PgType.Kind kind = PgType.Kind.valueOf(in.readUTF());
        return kind == PgType.Kind.ARRAY ? PgType.arrayOf(readType(in)) : new PgType(kind, in.readInt(), in.readInt());
    }

    public static Relation read(DataInput in) throws IOException {
        int oid = in.readInt();
        String name = in.readUTF();
        boolean unlogged = in.readBoolean();
        int count = in.readInt();
        List<Column> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String columnName = in.readUTF();
            PgType type = readType(in);
            columns.add(new Column(columnName, type, in.readBoolean()));
        }
        return new Relation(oid, name, columns, unlogged);
    }
}
