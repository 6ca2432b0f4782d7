package dev.wharf.core.format;

import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.TextDialect;
import dev.wharf.core.csv.VectorWarmUp;

/** Those of the text format: the delimiter, the backslash, and the control characters that have a letter of their own. */
abstract sealed class TextSpecialBytes extends SpecialBytes permits VectorTextSpecialBytes, SwarTextSpecialBytes {
    private static final TextDialect DIALECT = new TextDialect((byte) '\t', CopyDialect.Eol.NL, new byte[0]);

    private static final VectorWarmUp WARM_UP = new VectorWarmUp("text special bytes warm-up",
            () -> scanOf(new VectorTextSpecialBytes(DIALECT)), () -> scanOf(new SwarTextSpecialBytes(DIALECT)));

    private final TextDialect dialect;

    TextSpecialBytes(TextDialect dialect) {
        super(dialect);
        this.dialect = dialect;
    }

    static TextSpecialBytes of(TextDialect dialect) {
        return WARM_UP.done() ? new VectorTextSpecialBytes(dialect) : new SwarTextSpecialBytes(dialect);
    }

    @Override
    final SpecialBytes faster() {
        return this instanceof SwarTextSpecialBytes && WARM_UP.done() ? new VectorTextSpecialBytes(dialect) : this;
    }
}
