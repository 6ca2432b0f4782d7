package dev.wharf.core.csv;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.memory.OffHeap;

/**
 * Reads one line as PostgreSQL's {@code CopyReadLineText} does, byte by byte: the reference that the structural index is
 * tested against, the reader of a file's first line, and the one that says what is wrong with a bad one.
 *
 * <p>Not thread-safe: results are fields, overwritten by the next line.
 */
public final class CopyReadLine {
    private static final int INVALID = 0;
    private static final int MORE = -1;

    private final byte quote;
    private final byte escape;
    private final boolean escapes;
    private CsvDialect.Eol eol;

    private int length;
    private int consumed;
    private int embeddedLines;

    /** @param eol the file's style, null while it is not known: the first line decides, see {@link #eol()}. */
    public CopyReadLine(byte quote, byte escape, CsvDialect.Eol eol) {
        this.quote = quote;
        this.escape = escape;
        this.escapes = escape != quote;
        this.eol = eol;
    }

    /** Bytes of the line, without its end. */
    public int length() {
        return length;
    }

    /** Bytes of the line with its end. */
    public int consumed() {
        return consumed;
    }

    /** Line ends inside quotes, as PostgreSQL counts them for its line numbers; also after an error, or so far. */
    public int embeddedLines() {
        return embeddedLines;
    }

    /** Null if no line end was met yet. */
    public CsvDialect.Eol eol() {
        return eol;
    }

    /**
     * Reads the line that starts at {@code address}.
     *
     * @param available bytes there
     * @param atEof     whether the file ends after them
     * @return whether a whole line was read; false: more bytes are needed (or, at end of file, nothing was there)
     * @throws PgError 22P04 for an unquoted newline or carriage return of another style than the file's; 22021
     *                 for invalid UTF-8 in the line, whichever comes first
     */
    public boolean read(long address, int available, boolean atEof) {
        // Both are null-safe for a line that is read again with more bytes: the style is only fixed by a whole line.
        CsvDialect.Eol style = eol;
        boolean inQuote = false;
        boolean lastWasEscape = false;
        int lines = 0;
        for (int i = 0; i < available; i++) {
            byte c = OffHeap.getByte(address + i);
            if (c <= 0) {
                int sequence = sequence(address + i, available - i, atEof);
                if (sequence == MORE) {
                    return more(lines);
                }
                if (sequence == INVALID) {
                    embeddedLines = lines;
                    throw Utf8.invalid(address + i, available - i);
                }
                i += sequence - 1;
                lastWasEscape = false;
                continue;
            }
            if (c == '\r' && i + 1 < available && OffHeap.getByte(address + i + 1) <= 0) {
                // PostgreSQL looks at the character behind before it counts or ends a line
                int sequence = sequence(address + i + 1, available - i - 1, atEof);
                if (sequence == MORE) {
                    return more(lines);
                }
                if (sequence == INVALID) {
                    embeddedLines = lines;
                    throw Utf8.invalid(address + i + 1, available - i - 1);
                }
            }
            if (escapes && inQuote && c == escape) {
                lastWasEscape = !lastWasEscape;
            }
            if (c == quote && !lastWasEscape) {
                inQuote = !inQuote;
            }
            if (!escapes || c != escape) {
                lastWasEscape = false;
            }
            if (inQuote) {
                if (c == (style == CsvDialect.Eol.NL ? '\n' : '\r')) {
                    lines++;
                }
                continue;
            }
            if (c == '\r') {
                if (style == null || style == CsvDialect.Eol.CRNL) {
                    if (i + 1 >= available && !atEof) {
                        return more(lines);
                    }
                    if (i + 1 < available && OffHeap.getByte(address + i + 1) == '\n') {
                        return line(i, i + 2, lines, CsvDialect.Eol.CRNL);
                    }
                    if (style == CsvDialect.Eol.CRNL) {
                        embeddedLines = lines;
                        throw unquoted("carriage return");
                    }
                    return line(i, i + 1, lines, CsvDialect.Eol.CR);
                }
                if (style == CsvDialect.Eol.NL) {
                    embeddedLines = lines;
                    throw unquoted("carriage return");
                }
                return line(i, i + 1, lines, style);
            }
            if (c == '\n') {
                if (style == CsvDialect.Eol.CR || style == CsvDialect.Eol.CRNL) {
                    embeddedLines = lines;
                    throw unquoted("newline");
                }
                return line(i, i + 1, lines, CsvDialect.Eol.NL);
            }
        }
        return atEof && available > 0 ? line(available, available, lines, style)
                : more(endsInCounted(address, available, style) ? lines - 1 : lines);
    }

    /** A carriage return counts when the character behind it has been looked at. */
    private static boolean endsInCounted(long address, int available, CsvDialect.Eol style) {
        return style != CsvDialect.Eol.NL && available > 0 && OffHeap.getByte(address + available - 1) == '\r';
    }

    private boolean more(int lines) {
        embeddedLines = lines;
        return false;
    }

    private boolean line(int lineLength, int withEnd, int lines, CsvDialect.Eol style) {
        length = lineLength;
        consumed = withEnd;
        embeddedLines = lines;
        eol = style;
        return true;
    }

    /**
     * Length of the valid UTF-8 sequence of a byte that is not plain ASCII, or {@link #INVALID}, or {@link #MORE} bytes are
     * needed to say.
     */
    private static int sequence(long address, int available, boolean atEof) {
        int first = OffHeap.getByte(address) & 0xFF;
        int length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (first < 0xC0 || Utf8.firstInvalid(address, Math.min(length, available)) == 0) {
            return first >= 0xC0 && available < length && !atEof ? MORE : INVALID;
        }
        return length;
    }

    private static PgError unquoted(String what) {
        return new PgError(SqlState.BAD_COPY_FILE_FORMAT, "unquoted " + what + " found in data")
                .withHint("Use quoted CSV field to represent " + what + ".");
    }
}
