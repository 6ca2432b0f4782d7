package dev.wharf.core.format;

import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.VectorWarmUp;

/** Those of CSV: delimiter, quote, newline, carriage return. */
abstract sealed class CsvSpecialBytes extends SpecialBytes permits VectorSpecialBytes, SwarSpecialBytes {
    private static final VectorWarmUp WARM_UP = new VectorWarmUp("special bytes warm-up",
            () -> scanOf(new VectorSpecialBytes(VectorWarmUp.DIALECT)), () -> scanOf(new SwarSpecialBytes(VectorWarmUp.DIALECT)));

    protected final byte quote;
    private final CsvDialect dialect;

    CsvSpecialBytes(CsvDialect dialect) {
        super(dialect);
        this.dialect = dialect;
        quote = dialect.quote();
    }

    static CsvSpecialBytes of(CsvDialect dialect) {
        return WARM_UP.done() ? new VectorSpecialBytes(dialect) : new SwarSpecialBytes(dialect);
    }

    @Override
    final SpecialBytes faster() {
        return this instanceof SwarSpecialBytes && WARM_UP.done() ? new VectorSpecialBytes(dialect) : this;
    }
}
