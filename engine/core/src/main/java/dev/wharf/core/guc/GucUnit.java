package dev.wharf.core.guc;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a number counts, and the units that users may write it in. */
enum GucUnit {
    BYTE(GucFlag.UNIT_BYTE, "B", 1),
    KB(GucFlag.UNIT_KB, "kB", 1L << 10),
    BLOCKS(GucFlag.UNIT_BLOCKS, "8kB", 8L << 10),
    MB(GucFlag.UNIT_MB, "MB", 1L << 20),
    MS(GucFlag.UNIT_MS, "ms", 1000L),
    S(GucFlag.UNIT_S, "s", 1_000_000L),
    MIN(GucFlag.UNIT_MIN, "min", 60_000_000L);

    static final String MEMORY_HINT = "Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\".";
    static final String TIME_HINT =
            "Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\".";

    /** A unit as users write it: {@code multiplier} of the parameter's own are one of it. */
    record Spelling(String name, double multiplier) {
    }

    private final GucFlag flag;
    private final String text;
    /** From the largest to the smallest. */
    private final List<Spelling> spellings = new ArrayList<>();

    /** @param size bytes or microseconds */
    GucUnit(GucFlag flag, String text, long size) {
        this.flag = flag;
        this.text = text;
        if (isMemory()) {
            add("TB", 1L << 40, size);
            add("GB", 1L << 30, size);
            add("MB", 1L << 20, size);
            add("kB", 1L << 10, size);
            add("B", 1, size);
        } else {
            add("d", 86_400_000_000L, size);
            add("h", 3_600_000_000L, size);
            add("min", 60_000_000L, size);
            add("s", 1_000_000L, size);
            add("ms", 1000, size);
            add("us", 1, size);
        }
    }

    private void add(String name, long unitSize, long size) {
        spellings.add(new Spelling(name, (double) unitSize / size));
    }

    /** Null for a number that counts nothing in particular. */
    static GucUnit of(Set<GucFlag> flags) {
        for (GucUnit unit : values()) {
            if (flags.contains(unit.flag)) {
                return unit;
            }
        }
        return null;
    }

    private boolean isMemory() {
        return flag.compareTo(GucFlag.UNIT_MB) <= 0;
    }

    String text() {
        return text;
    }

    String hint() {
        return isMemory() ? MEMORY_HINT : TIME_HINT;
    }

    /**
     * convert_to_base_unit: what {@code value} of a unit are in the parameter's own. A fraction of a unit is rounded to
     * whole ones of the next smaller.
     *
     * @return NaN if there is no such unit
     */
    double toBase(double value, String name) {
        for (int i = 0; i < spellings.size(); i++) {
            if (spellings.get(i).name().equals(name)) {
                double base = value * spellings.get(i).multiplier();
                if (i + 1 < spellings.size()) {
                    double smaller = spellings.get(i + 1).multiplier();
                    base = Math.rint(base / smaller) * smaller;
                }
                return base;
            }
        }
        return Double.NaN;
    }

    /** convert_int_from_base_unit: in the largest unit that divides it. */
    String show(int value) {
        for (Spelling unit : spellings) {
            if (unit.multiplier() <= 1.0 || value % (long) unit.multiplier() == 0) {
                return (long) Math.rint(value / unit.multiplier()) + unit.name();
            }
        }
        throw new AssertionError();
    }

    /** convert_real_from_base_unit: in the largest unit of which it is a whole number, near enough. */
    String show(double value) {
        double converted = value;
        String name = text;
        for (Spelling unit : spellings) {
            converted = value / unit.multiplier();
            name = unit.name();
            if (converted > 0 && Math.abs(Math.rint(converted) / converted - 1.0) <= 1e-8) {
                break;
            }
        }
        return GucNumbers.general(converted) + name;
    }
}
