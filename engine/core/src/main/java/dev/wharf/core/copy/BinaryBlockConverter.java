package dev.wharf.core.copy;

import dev.wharf.core.arrow.ColumnBuilder;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.kernel.BinaryFieldBlock;
import dev.wharf.core.kernel.BinaryKernels;
import dev.wharf.core.kernel.ColumnKernel;
import java.util.List;

/**
 * The fast way of a block of the binary format into column builders, column by column: as {@link BlockConverter} is for text.
 * What is not as usual it leaves to the caller, who has a slow and exact way. Not thread-safe.
 */
final class BinaryBlockConverter implements AutoCloseable {
    private final int[] attributes;
    private final BinaryFieldBlock block;
    private final ColumnKernel[] kernels;
    private final ColumnBuilder[] builders;
    private final AbsentColumns absent;

    BinaryBlockConverter(CopyJob job) {
        attributes = job.attributes();
        List<Column> columns = job.relation().columns();
        kernels = new ColumnKernel[attributes.length];
        boolean[] isText = new boolean[attributes.length];
        for (int i = 0; i < kernels.length; i++) {
            Column column = columns.get(attributes[i]);
            kernels[i] = BinaryKernels.of(column, job.lossless());
            isText[i] = BinaryKernels.isText(column.type());
        }
        block = new BinaryFieldBlock(isText);
        builders = columns.stream().map(column -> new ColumnBuilder(column.type())).toArray(ColumnBuilder[]::new);
        absent = new AbsentColumns(job.relation(), attributes);
    }

    /** One for each of the table's columns; all have the same number of rows. */
    ColumnBuilder[] builders() {
        return builders;
    }

    /**
     * Appends the whole rows at the head of a block.
     *
     * @param base      the first row's first byte
     * @param lastBegin offset in the block behind which no row is begun
     * @return the bytes of the rows appended; 0 if there is no whole row, or if anything in them is not as usual: then
     *     nothing was appended
     */
    int convert(long base, int length, long lastBegin) {
        int taken = block.set(base, length, lastBegin);
        if (block.rows() == 0) {
            return 0;
        }
        int before = builders[0].rows();
        boolean converted = true;
        for (int i = 0; i < kernels.length && converted; i++) {
            converted = kernels[i].convert(block, i, builders[attributes[i]]);
        }
        if (converted && absent.fill(builders, block.rows())) {
            return taken;
        }
        for (ColumnBuilder builder : builders) {
            builder.truncate(before);
        }
        return 0;
    }

    @Override
    public void close() {
        block.close();
        for (ColumnBuilder builder : builders) {
            builder.close();
        }
    }
}
