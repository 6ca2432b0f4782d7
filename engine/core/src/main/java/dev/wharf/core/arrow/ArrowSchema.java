package dev.wharf.core.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.types.PgType;
import java.util.List;
import org.apache.arrow.flatbuf.Bool;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeBinary;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Time;
import org.apache.arrow.flatbuf.TimeUnit;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Binary;
import org.apache.arrow.flatbuf.Utf8;

/** A table's columns as an Arrow schema; PostgreSQL's own type name is each field's metadata {@code pg.type}. */
final class ArrowSchema {
    /** The metadata key under which a field tells its PostgreSQL type. */
    static final String PG_TYPE = "pg.type";

    private ArrowSchema() {
    }

    /** Builds the schema table and returns its offset. */
    static int write(FlatBufferBuilder b, List<Column> columns) {
        int[] fields = new int[columns.size()];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = field(b, columns.get(i));
        }
        int vector = Schema.createFieldsVector(b, fields);
        Schema.startSchema(b);
        Schema.addEndianness(b, Endianness.Little);
        Schema.addFields(b, vector);
        return Schema.endSchema(b);
    }

    private static int field(FlatBufferBuilder b, Column column) {
        int name = b.createString(column.name());
        int key = b.createString(PG_TYPE);
        int value = b.createString(column.type().formatType());
        int metadata = Field.createCustomMetadataVector(b, new int[] {KeyValue.createKeyValue(b, key, value)});
        int children = Field.createChildrenVector(b, new int[0]);
        byte type = typeId(column.type());
        int typeTable = type(b, column.type());
        Field.startField(b);
        Field.addName(b, name);
        // Always nullable in the file: NOT NULL is the catalog's, and may be dropped without touching data.
        Field.addNullable(b, true);
        Field.addTypeType(b, type);
        Field.addType(b, typeTable);
        Field.addChildren(b, children);
        Field.addCustomMetadata(b, metadata);
        return Field.endField(b);
    }

    private static byte typeId(PgType type) {
        return switch (type.kind()) {
            case BOOL -> Type.Bool;
            case INT2, INT4, INT8 -> Type.Int;
            case FLOAT4, FLOAT8 -> Type.FloatingPoint;
            case NUMERIC -> type.isDecimal128() ? Type.Decimal : Type.Utf8;
            case TEXT, VARCHAR, CHAR, JSON, JSONB, ARRAY -> Type.Utf8;
            case BYTEA -> Type.Binary;
            case DATE -> Type.Date;
            case TIME -> Type.Time;
            case TIMESTAMP, TIMESTAMPTZ -> Type.Timestamp;
            case UUID, INTERVAL -> Type.FixedSizeBinary;
        };
    }

    private static int type(FlatBufferBuilder b, PgType type) {
        switch (type.kind()) {
            case BOOL -> {
                Bool.startBool(b);
                return Bool.endBool(b);
            }
            case INT2, INT4, INT8 -> {
                return Int.createInt(b, type.storage().width() * 8, true);
            }
            case FLOAT4 -> {
                return FloatingPoint.createFloatingPoint(b, Precision.SINGLE);
            }
            case FLOAT8 -> {
                return FloatingPoint.createFloatingPoint(b, Precision.DOUBLE);
            }
            case NUMERIC -> {
                return type.isDecimal128() ? Decimal.createDecimal(b, type.precision(), type.scale(), 128) : utf8(b);
            }
            case TEXT, VARCHAR, CHAR, JSON, JSONB, ARRAY -> {
                return utf8(b);
            }
            case BYTEA -> {
                Binary.startBinary(b);
                return Binary.endBinary(b);
            }
            case DATE -> {
                return Date.createDate(b, DateUnit.DAY);
            }
            case TIME -> {
                return Time.createTime(b, TimeUnit.MICROSECOND, 64);
            }
            case TIMESTAMP -> {
                return Timestamp.createTimestamp(b, TimeUnit.MICROSECOND, 0);
            }
            case TIMESTAMPTZ -> {
                return Timestamp.createTimestamp(b, TimeUnit.MICROSECOND, b.createString("UTC"));
            }
            // Arrow's month-day-nano interval ends after 292 years of time, PostgreSQL's after 292 thousand
            case UUID, INTERVAL -> {
                return FixedSizeBinary.createFixedSizeBinary(b, 16);
            }
            default -> throw new IllegalStateException(type.toString());
        }
    }

    private static int utf8(FlatBufferBuilder b) {
        Utf8.startUtf8(b);
        return Utf8.endUtf8(b);
    }
}
