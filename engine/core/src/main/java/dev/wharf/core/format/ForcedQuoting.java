package dev.wharf.core.format;

import dev.wharf.core.csv.CsvDialect;

/** FORCE_QUOTE: every value in quotes. */
final class ForcedQuoting extends CsvQuoting {
    ForcedQuoting(CsvDialect dialect) {
        super(dialect, false);
    }

    @Override
    boolean isNeeded(long start, int length) {
        return true;
    }

    @Override
    boolean isMarker(long start, int length) {
        return true;
    }
}
