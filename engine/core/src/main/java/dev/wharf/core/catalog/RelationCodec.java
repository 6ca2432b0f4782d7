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
            out.writeUTF(c.type().kind().name());
            out.writeInt(c.type().precision());
            out.writeInt(c.type().scale());
            out.writeBoolean(c.notNull());
        }
    }

    public static Relation read(DataInput in) throws IOException {
        int oid = in.readInt();
        String name = in.readUTF();
        boolean unlogged = in.readBoolean();
        int count = in.readInt();
        List<Column> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String columnName = in.readUTF();
            PgType type = new PgType(PgType.Kind.valueOf(in.readUTF()), in.readInt(), in.readInt());
            columns.add(new Column(columnName, type, in.readBoolean()));
        }
        return new Relation(oid, name, columns, unlogged);
    }
}
