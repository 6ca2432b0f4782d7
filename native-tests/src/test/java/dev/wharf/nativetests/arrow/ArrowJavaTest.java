package dev.wharf.nativetests.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.catalog.BatchBlock;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.copy.CopyResult;
import dev.wharf.core.copy.CopyTuning;
import dev.wharf.core.types.PgType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table's files, read by Apache Arrow Java, hold what PostgreSQL reads from the same CSV. */
class ArrowJavaTest {
    private static final int ROWS = 4_000;
    private static final int ALIGNMENT = 64;

    @TempDir
    private Path directory;

    private static final List<Column> COLUMNS = AllTypes.columns();

    /**
     * One task and one batch; many of one process; of two, in two files; of two workers, so that the first file is none of
     * the leader's.
     */
    @ParameterizedTest
    @CsvSource({"0, true, 100000000, 1", "0, true, 30000, 40", "1, true, 30000, 40", "2, false, 20000, 60"})
    void sameValuesAsPostgres(int workers, boolean leaderParticipates, long taskBytes, int leastBatches) throws Exception {
        byte[] csv = AllTypes.csv(ROWS);
        PostgresRows.Result expected = PostgresRows.load(COLUMNS, csv);
        WharfTable table = WharfTable.load(directory.resolve("data"), COLUMNS, csv,
                new CopyTuning(workers, 0, taskBytes, leaderParticipates, 0), 1);
        assertTrue(table.manifest().batches().size() >= leastBatches, table.manifest()::toString);
        if (!leaderParticipates) {
            assertTrue(table.loads().getFirst().processes().stream().noneMatch(p -> p.leader() && p.tasks() > 0));
        }
        PostgresRows.assertSame(COLUMNS, expected.rows(), ArrowJavaRows.read(table));
        for (int i = 0; i < table.manifest().files().size(); i++) {
            ArrowJavaRows.Contents contents = ArrowJavaRows.contents(table, i);
            checkSchema(contents.schema().getFields(), expected.types());
            checkFooter(table, i, contents.blocks());
            checkBatches(table, i);
        }
    }

    @Test
    void loadAfterLoad() throws Exception {
        byte[] csv = AllTypes.csv(50);
        WharfTable table = WharfTable.load(directory.resolve("data"), COLUMNS, csv, CopyTuning.withWorkers(0), 3);
        List<String[]> once = PostgresRows.load(COLUMNS, csv).rows();
        List<String[]> expected = new ArrayList<>();
        for (CopyResult load : table.loads()) {
            assertEquals(once.size(), load.rows());
            expected.addAll(once);
        }
        assertEquals(3, table.manifest().files().size());
        PostgresRows.assertSame(COLUMNS, expected, ArrowJavaRows.read(table));
    }

    private static void checkSchema(List<Field> fields, List<String> postgresTypes) {
        assertEquals(COLUMNS.size(), fields.size());
        for (int i = 0; i < COLUMNS.size(); i++) {
            Column column = COLUMNS.get(i);
            assertEquals(column.name(), fields.get(i).getName());
            assertEquals(arrowType(column.type()), fields.get(i).getType(), column.name());
            assertTrue(fields.get(i).isNullable(), column.name());
            assertEquals(Map.of("pg.type", postgresTypes.get(i)), fields.get(i).getMetadata(), column.name());
        }
    }

    private static ArrowType arrowType(PgType type) {
        return switch (type.kind()) {
            case BOOL -> ArrowType.Bool.INSTANCE;
            case INT2 -> new ArrowType.Int(16, true);
            case INT4 -> new ArrowType.Int(32, true);
            case INT8 -> new ArrowType.Int(64, true);
            case FLOAT4 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case FLOAT8 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case NUMERIC -> type.precision() >= 1 && type.precision() <= 38
                    ? new ArrowType.Decimal(type.precision(), type.scale(), 128) : ArrowType.Utf8.INSTANCE;
            case TEXT, VARCHAR, CHAR, JSON, JSONB, ARRAY -> ArrowType.Utf8.INSTANCE;
            case BYTEA -> ArrowType.Binary.INSTANCE;
            case DATE -> new ArrowType.Date(DateUnit.DAY);
            case TIME -> new ArrowType.Time(TimeUnit.MICROSECOND, 64);
            case TIMESTAMP -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
            case TIMESTAMPTZ -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
            case UUID, INTERVAL -> new ArrowType.FixedSizeBinary(16);
        };
    }

    /** The footer lists the manifest's batches, in its order, and no others. */
    private static void checkFooter(WharfTable table, int file, List<ArrowBlock> blocks) {
        List<BatchBlock> expected = table.batches(file).stream().map(Manifest.Batch::block).toList();
        assertEquals(expected.size(), blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            assertEquals(expected.get(i).offset(), blocks.get(i).getOffset());
            assertEquals(expected.get(i).metadataLength(), blocks.get(i).getMetadataLength());
            assertEquals(expected.get(i).bodyLength(), blocks.get(i).getBodyLength());
        }
    }

    /** Every buffer begins at a multiple of 64 in the file, behind the one before; between them are zeros. */
    private static void checkBatches(WharfTable table, int number) throws Exception {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(table.file(number))).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(table.manifest().files().get(number).length(), file.capacity());
        for (Manifest.Batch batch : table.batches(number)) {
            int offset = Math.toIntExact(batch.block().offset());
            int body = offset + batch.block().metadataLength();
            assertEquals(0, offset % ALIGNMENT);
            assertEquals(0, body % ALIGNMENT);
            assertEquals(0, batch.block().bodyLength() % ALIGNMENT);
            assertEquals(-1, file.getInt(offset));
            assertEquals(batch.block().metadataLength() - 8, file.getInt(offset + 4));
            Message message = Message.getRootAsMessage(
                    file.slice(offset + 8, batch.block().metadataLength() - 8).order(ByteOrder.LITTLE_ENDIAN));
            assertEquals(MessageHeader.RecordBatch, message.headerType());
            assertEquals(batch.block().bodyLength(), message.bodyLength());
            RecordBatch record = (RecordBatch) message.header(new RecordBatch());
            assertEquals(batch.block().rows(), record.length());
            long end = 0;
            for (int i = 0; i < record.buffersLength(); i++) {
                Buffer buffer = record.buffers(i);
                assertEquals(0, buffer.offset() % ALIGNMENT);
                assertTrue(buffer.offset() >= end && buffer.offset() - end < ALIGNMENT, "buffer " + i);
                for (long padding = end; padding < buffer.offset(); padding++) {
                    assertEquals(0, file.get(body + (int) padding));
                }
                end = buffer.offset() + buffer.length();
            }
            assertTrue(end <= batch.block().bodyLength());
        }
    }
}
