package dev.wharf.core.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.catalog.ColumnStatistics.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchStatisticsTest {
    private static final List<Value> VALUES = List.of(Value.of(0), Value.of(-1), Value.of(127), Value.of(-128), Value.of(128),
            Value.of(-129), Value.of(Short.MAX_VALUE), Value.of(Short.MIN_VALUE), Value.of(1 << 15), Value.of(Integer.MAX_VALUE),
            Value.of(Integer.MIN_VALUE), Value.of(1L << 31), Value.of(Long.MAX_VALUE), Value.of(Long.MIN_VALUE),
            new Value(0, Long.MIN_VALUE), new Value(-1, 0), new Value(1, 0), new Value(Long.MIN_VALUE, 0),
            new Value(Long.MAX_VALUE, -1));

    /** Every pair of bounds, with null counts of every width. */
    @Test
    void everyWidth() {
        for (int nulls : new int[] {0, 1, 127, 128, 32767, 32768, Integer.MAX_VALUE}) {
            for (Value min : VALUES) {
                for (Value max : VALUES) {
                    same(List.of(new ColumnStatistics(nulls, min, max), new ColumnStatistics(nulls, null, null),
                            new ColumnStatistics(3, max, min)));
                }
            }
        }
    }

    private static void same(List<ColumnStatistics> columns) {
        BatchStatistics statistics = BatchStatistics.ofBytes(BatchStatistics.of(columns).bytes());
        assertEquals(BatchStatistics.of(columns), statistics);
        assertTrue(statistics.length() <= BatchStatistics.maxLength(columns.size()), columns::toString);
        for (int i = 0; i < columns.size(); i++) {
            assertEquals(columns.get(i), statistics.column(i));
        }
        assertNull(statistics.column(columns.size()));
    }

    @Test
    void fewBytes() {
        assertArrayEquals(new byte[] {1, -3, 7, 0x10, 5, 0x22, 0x2C, 1, 0x39, 5, 0x10, 0x27},
                BatchStatistics.of(List.of(new ColumnStatistics(0, Value.of(-3), Value.of(7)),
                new ColumnStatistics(5, null, null), new ColumnStatistics(300, Value.of(1337), Value.of(10_000)))).bytes());
    }

    /** A table with more columns than there is room for: the first have statistics, of the others nothing is known. */
    @Test
    void manyColumns() {
        ColumnStatistics integer = new ColumnStatistics(0, Value.of(1), Value.of(1 << 30));
        ColumnStatistics wide = new ColumnStatistics(1 << 30, new Value(5, 5), new Value(6, 6));
        for (ColumnStatistics column : List.of(integer, wide)) {
            List<ColumnStatistics> columns = new ArrayList<>();
            for (int i = 0; i < 1600; i++) {
                columns.add(column);
            }
            BatchStatistics statistics = BatchStatistics.of(columns);
            assertTrue(statistics.length() <= BatchStatistics.MAX_LENGTH);
            int known = column == integer ? 227 : 55;
            assertEquals(column, statistics.column(known - 1));
            assertNull(statistics.column(known));
            same(columns.subList(0, known));
        }
        assertSame(BatchStatistics.NONE, BatchStatistics.ofBytes(new byte[0]));
    }

    /** Whatever is not a whole number of columns, or has another width, is refused. */
    @Test
    void otherBytes() {
        byte[] good = BatchStatistics.of(List.of(new ColumnStatistics(300, Value.of(-3), Value.of(7)))).bytes();
        for (int length = 1; length < good.length; length++) {
            byte[] bad = Arrays.copyOf(good, length);
            assertThrows(IllegalArgumentException.class, () -> BatchStatistics.ofBytes(bad));
        }
        for (int width = 0; width < 256; width++) {
            byte[] bytes = new byte[1 + 15 + 2 * 16];
            Arrays.fill(bytes, (byte) 0);
            bytes[0] = (byte) width;
            boolean good1 = List.of(0, 1, 2, 4, 8, 15).contains(width & 15);
            boolean good2 = List.of(0, 1, 2, 4).contains(width >> 4);
            if (good1 && good2) {
                assertEquals(0, BatchStatistics.ofBytes(bytes).column(0).nullCount());
            } else {
                assertThrows(IllegalArgumentException.class, () -> BatchStatistics.ofBytes(bytes), () -> "width " + bytes[0]);
            }
        }
    }
}
