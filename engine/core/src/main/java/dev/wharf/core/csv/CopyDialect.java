package dev.wharf.core.csv;

/**
 * What the bytes of one file mean: of a CSV file, or of one in PostgreSQL's text format.
 */
public sealed interface CopyDialect permits CsvDialect, TextDialect {
    /** The end-of-line style: PostgreSQL's {@code EolType}. */
    enum Eol {
        NL, CR, CRNL;

        /** The byte that ends a row. */
        public byte last() {
            return (byte) (this == CR ? '\r' : '\n');
        }

        /** The byte whose occurrences inside quotes PostgreSQL counts as lines. */
        public byte counted() {
            return (byte) (this == NL ? '\n' : '\r');
        }
    }

    byte delimiter();

    /** Fixed by the file's first line. */
    Eol eol();

    /** The NULL string. */
    byte[] nullPrint();

    /** What stands for the column's default, null if nothing does. */
    byte[] defaultPrint();

    /** The byte that, put before a text, has it read as if it began inside quotes, or escaped. */
    byte inverter();
}
