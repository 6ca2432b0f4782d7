package dev.wharf.core.copy;

import dev.wharf.core.csv.CsvDialect;
import java.nio.charset.StandardCharsets;

/**
 * COPY's options, checked: PostgreSQL's {@code CopyFormatOptions}, for FORMAT csv.
 *
 * @param header    what HEADER said
 * @param delimiter one byte, neither newline nor carriage return
 * @param quote     one byte
 * @param escape    one byte; equal to {@code quote} unless ESCAPE says otherwise
 * @param nullPrint the NULL string in UTF-8
 * @param lossless  whether a number that would be rounded to its column's scale is an error: not PostgreSQL's, but what a
 *                  load wants whose types were guessed
 * @param errors    what is done about bad values
 */
public record CopyFormatOptions(Header header, byte delimiter, byte quote, byte escape, String nullPrint,
                                boolean lossless, CopyErrorHandling errors) {
    /** HEADER's values. */
    public enum Header { FALSE, TRUE, MATCH }

    public static final CopyFormatOptions CSV = new CopyFormatOptions(Header.FALSE, (byte) ',', (byte) '"', (byte) '"', "");

    public CopyFormatOptions(Header header, byte delimiter, byte quote, byte escape, String nullPrint) {
        this(header, delimiter, quote, escape, nullPrint, false, CopyErrorHandling.STOP);
    }

    /** The same, with or without {@link #lossless}. */
    public CopyFormatOptions withLossless(boolean value) {
        return new CopyFormatOptions(header, delimiter, quote, escape, nullPrint, value, errors);
    }

    /** The same, with other {@link #errors}. */
    public CopyFormatOptions withErrors(CopyErrorHandling value) {
        return new CopyFormatOptions(header, delimiter, quote, escape, nullPrint, lossless, value);
    }

    /** What the bytes of a file with these options and this end-of-line style mean. */
    public CsvDialect dialect(CsvDialect.Eol eol) {
        return new CsvDialect(delimiter, quote, escape, eol, nullPrint.getBytes(StandardCharsets.UTF_8));
    }
}
