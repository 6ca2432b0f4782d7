package dev.wharf.bench.jmh;

import dev.wharf.bench.data.CsvBlock;
import dev.wharf.bench.data.DataSet;
import dev.wharf.bench.data.DataSets;
import dev.wharf.core.memory.OffHeap;

/** A stretch of one data set's CSV in native memory, without a header, whole rows only. */
final class CsvText implements AutoCloseable {
    private final OffHeap.Buffer buffer;
    private final int length;

    /** @param atLeast bytes, unless the data set is smaller at scale 1 */
    CsvText(String dataSet, int atLeast) {
        DataSet set = DataSets.named(dataSet);
        CsvBlock out = new CsvBlock();
        int blocks = set.blocks(1);
        for (int i = 0; i < blocks && out.length() < atLeast; i++) {
            set.write(i, 1, out);
        }
        length = out.length();
        buffer = new OffHeap.Buffer(length);
        OffHeap.copy(out.array(), 0, buffer.address(), length);
    }

    long address() {
        return buffer.address();
    }

    int length() {
        return length;
    }

    @Override
    public void close() {
        buffer.close();
    }
}
