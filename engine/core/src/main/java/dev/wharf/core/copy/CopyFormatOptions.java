package dev.wharf.core.copy;

import dev.wharf.core.catalog.Relation;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.CsvDialect;
import dev.wharf.core.csv.ForceFlags;
import dev.wharf.core.csv.TextDialect;
import dev.wharf.core.encoding.FromUtf8;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.types.TextSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * COPY's options, checked: PostgreSQL's {@code CopyFormatOptions}.
 *
 * @param format       of {@code quote}, {@code escape} and the FORCE options, only CSV knows
 * @param header       what HEADER said
 * @param headerLines  lines before the data: 0 or 1, or the number that HEADER gave
 * @param delimiter    one byte, neither newline nor carriage return
 * @param quote        one byte
 * @param escape       one byte; equal to {@code quote} unless ESCAPE says otherwise
 * @param nullPrint    the NULL string
 * @param defaultPrint the DEFAULT string, null if there is none
 * @param forceQuote   COPY TO: columns whose values are in quotes
 * @param forceNotNull COPY FROM: columns in which the NULL string is data
 * @param forceNull    COPY FROM: columns in which the NULL string means NULL in quotes too
 * @param encoding     of the text outside: it is UTF-8 inside
 * @param freeze       whether FREEZE was given, which needs a table that is new in the transaction
 * @param lossless     whether a number that would be rounded to its column's scale is an error: not PostgreSQL's, but what a
 *                     load wants whose types were guessed
 * @param errors       what is done about bad values
 * @param settings     of the session, which no option says
 */
public record CopyFormatOptions(Format format, Header header, int headerLines, byte delimiter, byte quote, byte escape,
                                String nullPrint, String defaultPrint, Columns forceQuote, Columns forceNotNull,
                                Columns forceNull, PgEncoding encoding, boolean freeze, boolean lossless,
                                CopyErrorHandling errors, TextSettings settings) {
    /** FORMAT's values; JSON_ARRAY is json with FORCE_ARRAY. Both are COPY TO's only. */
    public enum Format { TEXT, CSV, BINARY, JSON, JSON_ARRAY }

    /** HEADER's values; a number is TRUE. */
    public enum Header { FALSE, TRUE, MATCH }

    /** The columns that an option names: a list, or all with {@code *}. */
    public record Columns(boolean all, List<String> names) {
        public static final Columns NONE = new Columns(false, List.of());
        public static final Columns ALL = new Columns(true, List.of());

        private boolean[] flags(Relation relation, int[] attributes) {
            if (equals(NONE)) {
                return null;
            }
            boolean[] flags = new boolean[attributes.length];
            for (int i = 0; i < flags.length; i++) {
                flags[i] = all || names.contains(relation.columns().get(attributes[i]).name());
            }
            return flags;
        }
    }

    public static final CopyFormatOptions CSV = new CopyFormatOptions(Header.FALSE, (byte) ',', (byte) '"', (byte) '"', "");

    public static final CopyFormatOptions TEXT = new CopyFormatOptions(Format.TEXT, Header.FALSE, 0, (byte) '\t', (byte) 0,
            (byte) 0, "\\N", null, Columns.NONE, Columns.NONE, Columns.NONE, PgEncoding.UTF8, false, false,
            CopyErrorHandling.STOP, TextSettings.DEFAULT);

    /** FORMAT csv. */
    public CopyFormatOptions(Header header, byte delimiter, byte quote, byte escape, String nullPrint) {
        this(Format.CSV, header, header == Header.FALSE ? 0 : 1, delimiter, quote, escape, nullPrint, null, Columns.NONE,
                Columns.NONE, Columns.NONE, PgEncoding.UTF8, false, false, CopyErrorHandling.STOP, TextSettings.DEFAULT);
    }

    /** The same, with or without {@link #lossless}. */
    public CopyFormatOptions withLossless(boolean value) {
        return new CopyFormatOptions(format, header, headerLines, delimiter, quote, escape, nullPrint, defaultPrint, forceQuote,
                forceNotNull, forceNull, encoding, freeze, value, errors, settings);
    }

    /** The same where FREEZE may be given, and then means nothing: rows have no age here. */
    public CopyFormatOptions withoutFreeze() {
        return new CopyFormatOptions(format, header, headerLines, delimiter, quote, escape, nullPrint, defaultPrint, forceQuote,
                forceNotNull, forceNull, encoding, false, lossless, errors, settings);
    }

    /** The same, with other {@link #errors}. */
    public CopyFormatOptions withErrors(CopyErrorHandling value) {
        return new CopyFormatOptions(format, header, headerLines, delimiter, quote, escape, nullPrint, defaultPrint, forceQuote,
                forceNotNull, forceNull, encoding, freeze, lossless, value, settings);
    }

    /** The same, with other {@link #settings}. */
    public CopyFormatOptions withSettings(TextSettings value) {
        return new CopyFormatOptions(format, header, headerLines, delimiter, quote, escape, nullPrint, defaultPrint, forceQuote,
                forceNotNull, forceNull, encoding, freeze, lossless, errors, value);
    }

    /** What the bytes of a file with these options and this end-of-line style mean; null for the formats binary and json. */
    public CopyDialect dialect(CopyDialect.Eol eol) {
        byte[] nullBytes = nullPrint.getBytes(StandardCharsets.UTF_8);
        byte[] defaultBytes = defaultPrint == null ? null : defaultPrint.getBytes(StandardCharsets.UTF_8);
        return switch (format) {
            case TEXT -> new TextDialect(delimiter, eol, nullBytes, defaultBytes);
            case CSV -> new CsvDialect(delimiter, quote, escape, eol, nullBytes, defaultBytes);
            case BINARY, JSON, JSON_ARRAY -> null;
        };
    }

    /** The FORCE options for the columns of a file. */
    ForceFlags force(Relation relation, int[] attributes) {
        return new ForceFlags(forceQuote.flags(relation, attributes), forceNotNull.flags(relation, attributes),
                forceNull.flags(relation, attributes));
    }

    /** Converts what is written to the encoding; null where it is UTF-8. */
    FromUtf8 fromUtf8() {
        return fromUtf8(encoding, format, dialect(CopyDialect.Eol.NL));
    }

    static FromUtf8 fromUtf8(PgEncoding encoding, Format format, CopyDialect dialect) {
        return encoding.isConverted() ? new FromUtf8(encoding, format == Format.TEXT, format == Format.TEXT ? dialect.delimiter()
                : 0) : null;
    }
}
