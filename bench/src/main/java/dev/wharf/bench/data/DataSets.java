package dev.wharf.bench.data;

import java.util.List;

/** The data sets there are. */
public final class DataSets {
    /** In the order in which they are measured. */
    public static final List<DataSet> ALL = List.of(LineItemData.INSTANCE, RandomData.QUOTED, RandomData.WIDE,
            RandomData.NARROW, RandomData.TEXT);

    private DataSets() {
    }

    /** @throws IllegalArgumentException that names those there are */
    public static DataSet named(String name) {
        for (DataSet set : ALL) {
            if (set.name().equals(name)) {
                return set;
            }
        }
        throw new IllegalArgumentException("no data set \"" + name + "\": there are "
                + String.join(", ", ALL.stream().map(DataSet::name).toList()));
    }
}
