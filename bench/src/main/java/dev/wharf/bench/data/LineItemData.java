package dev.wharf.bench.data;

import io.trino.tpch.Distributions;
import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import io.trino.tpch.TextPool;
import java.util.List;
import java.util.function.Supplier;

/**
 * TPC-H's lineitem, the scale being TPC-H's scale factor. The char(n) columns are varchar(n): PostgreSQL writes char(n)
 * out with its padding, which would only make the file larger.
 */
public final class LineItemData implements DataSet {
    static final LineItemData INSTANCE = new LineItemData();

    /** The standard pool of comments is 300 MB and takes seconds to make: not worth it below this scale. */
    private static final double SMALL_SCALE = 0.1;
    private static final int SMALL_POOL = 1 << 20;
    private static final int BLOCKS_PER_SCALE = 128;

    private static final List<Column> COLUMNS = List.of(
            new Column("l_orderkey", "bigint NOT NULL"),
            new Column("l_partkey", "integer NOT NULL"),
            new Column("l_suppkey", "integer NOT NULL"),
            new Column("l_linenumber", "integer NOT NULL"),
            new Column("l_quantity", "numeric(15,2) NOT NULL"),
            new Column("l_extendedprice", "numeric(15,2) NOT NULL"),
            new Column("l_discount", "numeric(15,2) NOT NULL"),
            new Column("l_tax", "numeric(15,2) NOT NULL"),
            new Column("l_returnflag", "varchar(1) NOT NULL"),
            new Column("l_linestatus", "varchar(1) NOT NULL"),
            new Column("l_shipdate", "date NOT NULL"),
            new Column("l_commitdate", "date NOT NULL"),
            new Column("l_receiptdate", "date NOT NULL"),
            new Column("l_shipinstruct", "varchar(25) NOT NULL"),
            new Column("l_shipmode", "varchar(10) NOT NULL"),
            new Column("l_comment", "varchar(44) NOT NULL"));

    private LineItemData() {
    }

    @Override
    public String name() {
        return "lineitem";
    }

    @Override
    public String description() {
        return "TPC-H lineitem: 16 columns of integers, decimals, dates and short text; few fields are quoted";
    }

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public long rowsAtScaleOne() {
        return 6_001_215;
    }

    /** With fewer than ten suppliers TPC-H has none to choose among. */
    @Override
    public double smallestScale() {
        return 0.001;
    }

    @Override
    public int blocks(double scale) {
        return (int) Math.max(1, Math.ceil(BLOCKS_PER_SCALE * scale));
    }

    @Override
    public void write(int block, double scale, CsvBlock out) {
        write(block, blocks(scale), scale, out);
    }

    /** One of {@code parts} consecutive parts of the table. */
    void write(int part, int parts, double scale, CsvBlock out) {
        Supplier<TextPool> pool = scale < SMALL_SCALE ? SmallPool::get : TextPool.getDefaultTextPool();
        for (LineItem item : new LineItemGenerator(scale, part + 1, parts, Distributions.getDefaultDistributions(),
                pool)) {
            out.integer(item.orderKey()).integer(item.partKey()).integer(item.supplierKey())
                    .integer(item.lineNumber());
            out.numeric(item.quantity() * 100, 2).numeric(item.extendedPriceInCents(), 2)
                    .numeric(item.discountPercent(), 2).numeric(item.taxPercent(), 2);
            out.text(item.returnFlag()).text(item.status());
            out.date(item.shipDate()).date(item.commitDate()).date(item.receiptDate());
            out.text(item.shipInstructions()).text(item.shipMode()).text(item.comment());
            out.endRow();
        }
    }

    private static final class SmallPool {
        private static final TextPool POOL = new TextPool(SMALL_POOL, Distributions.getDefaultDistributions());

        private static TextPool get() {
            return POOL;
        }
    }
}
