package dev.wharf.nativetests.arrow;

import dev.wharf.core.catalog.Manifest;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.types.pojo.Schema;

/** Reads a table's files with Apache Arrow Java alone, and says values as {@link PostgresRows} does. */
final class ArrowJavaRows {
    /** What NaN is in a Decimal128 column: a value that no precision reaches. */
    private static final BigInteger DECIMAL_NAN = BigInteger.TWO.pow(127).negate();

    /** What a file says of itself. */
    record Contents(Schema schema, List<ArrowBlock> blocks) {
    }

    private ArrowJavaRows() {
    }

    static Contents contents(WharfTable table, int file) throws IOException {
        try (BufferAllocator allocator = new RootAllocator();
                FileChannel channel = FileChannel.open(table.file(file), StandardOpenOption.READ);
                ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
            return new Contents(reader.getVectorSchemaRoot().getSchema(), reader.getRecordBlocks());
        }
    }

    /** All rows, batch by batch in the manifest's order. */
    static List<String[]> read(WharfTable table) throws IOException {
        List<String[]> rows = new ArrayList<>();
        List<FileChannel> channels = new ArrayList<>();
        List<ArrowFileReader> readers = new ArrayList<>();
        try (BufferAllocator allocator = new RootAllocator()) {
            try {
                for (int i = 0; i < table.manifest().files().size(); i++) {
                    channels.add(FileChannel.open(table.file(i), StandardOpenOption.READ));
                    readers.add(new ArrowFileReader(channels.get(i), allocator));
                }
                for (Manifest.Batch batch : table.manifest().batches()) {
                    ArrowFileReader reader = readers.get(batch.file());
                    reader.loadRecordBatch(block(reader, batch));
                    append(reader.getVectorSchemaRoot(), rows);
                }
            } finally {
                for (ArrowFileReader reader : readers) {
                    reader.close();
                }
                for (FileChannel channel : channels) {
                    channel.close();
                }
            }
        }
        return rows;
    }

    private static ArrowBlock block(ArrowFileReader reader, Manifest.Batch batch) throws IOException {
        for (ArrowBlock block : reader.getRecordBlocks()) {
            if (block.getOffset() == batch.block().offset()) {
                return block;
            }
        }
        throw new AssertionError("no block in the footer at " + batch);
    }

    private static void append(VectorSchemaRoot root, List<String[]> rows) {
        int columns = root.getFieldVectors().size();
        for (int r = 0; r < root.getRowCount(); r++) {
            String[] row = new String[columns];
            for (int c = 0; c < columns; c++) {
                row[c] = value(root.getVector(c), r);
            }
            rows.add(row);
        }
    }

    private static String value(FieldVector vector, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        return switch (vector) {
            case BitVector v -> v.get(row) == 1 ? "t" : "f";
            case SmallIntVector v -> Short.toString(v.get(row));
            case IntVector v -> Integer.toString(v.get(row));
            case BigIntVector v -> Long.toString(v.get(row));
            case Float4Vector v -> Float.toString(v.get(row));
            case Float8Vector v -> Double.toString(v.get(row));
            case DecimalVector v -> decimal(v.getObject(row));
            case VarCharVector v -> new String(v.get(row), StandardCharsets.UTF_8);
            case VarBinaryVector v -> HexFormat.of().formatHex(v.get(row));
            case FixedSizeBinaryVector v -> HexFormat.of().formatHex(v.get(row));
            case DateDayVector v -> infinite(v.get(row), Integer.MIN_VALUE, Integer.MAX_VALUE);
            case TimeMicroVector v -> Long.toString(v.get(row));
            case TimeStampVector v -> infinite(v.get(row), Long.MIN_VALUE, Long.MAX_VALUE);
            default -> throw new AssertionError("a vector that no type should give: " + vector.getClass());
        };
    }

    private static String decimal(BigDecimal value) {
        return value.unscaledValue().equals(DECIMAL_NAN) ? "NaN" : value.toPlainString();
    }

    private static String infinite(long value, long minusInfinity, long infinity) {
        return value == infinity ? "infinity" : value == minusInfinity ? "-infinity" : Long.toString(value);
    }
}
