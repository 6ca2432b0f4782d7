package dev.wharf.bench.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows from a seeded generator: each block has its own seed, so that blocks can be made in any order. At scale 1 each
 * set is about 300 MB.
 */
public final class RandomData implements DataSet {
    /** Strings with delimiters, doubled quotes and line feeds in most fields. */
    static final RandomData QUOTED = new RandomData("quoted",
            "quote-heavy: 7 columns, most text fields quoted, with commas, doubled quotes, line feeds and UTF-8",
            1_640_000, 16_384, 0x51_0001L, List.of(
                    new Column("id", "bigint NOT NULL"), new Column("name", "text"), new Column("address", "text"),
                    new Column("remark", "text"), new Column("tag", "varchar(40)"),
                    new Column("amount", "numeric(12,2)"), new Column("created", "timestamp")),
            RandomRows::quoted);

    /** A hundred columns. */
    static final RandomData WIDE = new RandomData("wide",
            "100 columns: all types in turn, a tenth of the values null", 272_000, 4_096, 0x51_0002L,
            wideColumns(), RandomRows::wide);

    /** Two columns. */
    static final RandomData NARROW = new RandomData("narrow",
            "2 columns, bigint and integer: many short rows", 14_400_000, 262_144, 0x51_0003L,
            List.of(new Column("k", "bigint NOT NULL"), new Column("v", "integer NOT NULL")), RandomRows::narrow);

    /** Fields of 1 to 4 KB. */
    static final RandomData TEXT = new RandomData("text",
            "long text: 3 columns, one of them 1 to 4 KB of words, half of them quoted", 115_000, 2_048, 0x51_0004L,
            List.of(new Column("id", "bigint NOT NULL"), new Column("title", "varchar(100)"),
                    new Column("body", "text")), RandomRows::text);

    /** Appends one row, its end included. */
    @FunctionalInterface
    interface RowMaker {
        void row(long number, SplitMix random, CsvBlock out);
    }

    private final String name;
    private final String description;
    private final long rowsAtScaleOne;
    private final int blockRows;
    private final long seed;
    private final List<Column> columns;
    private final RowMaker maker;

    private RandomData(String name, String description, long rowsAtScaleOne, int blockRows, long seed,
                       List<Column> columns, RowMaker maker) {
        this.name = name;
        this.description = description;
        this.rowsAtScaleOne = rowsAtScaleOne;
        this.blockRows = blockRows;
        this.seed = seed;
        this.columns = columns;
        this.maker = maker;
    }

    private static List<Column> wideColumns() {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < RandomRows.WIDE_COLUMNS; i++) {
            columns.add(new Column("c" + i, RandomRows.WIDE_TYPES.get(i % RandomRows.WIDE_TYPES.size())));
        }
        return List.copyOf(columns);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public long rowsAtScaleOne() {
        return rowsAtScaleOne;
    }

    private long rows(double scale) {
        return Math.max(1, Math.round(rowsAtScaleOne * scale));
    }

    /** One row. */
    @Override
    public double smallestScale() {
        return 1.0 / rowsAtScaleOne;
    }

    @Override
    public int blocks(double scale) {
        return Math.toIntExact((rows(scale) + blockRows - 1) / blockRows);
    }

    @Override
    public void write(int block, double scale, CsvBlock out) {
        SplitMix random = new SplitMix(seed << 32 ^ block);
        long first = (long) block * blockRows;
        long end = Math.min(rows(scale), first + blockRows);
        for (long row = first; row < end; row++) {
            maker.row(row, random, out);
        }
    }
}
