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

    /** Whether a backslash escapes, and there are no quotes. */
    private final boolean text;
    private final byte quote;
    private final byte escape;
    private final boolean escapes;
    private CopyDialect.Eol eol;

    private int length;
    private int consumed;
    private int embeddedLines;
    private boolean endOfCopy;

    /** @param eol the file's style, null while it is not known: the first line decides, see {@link #eol()}. */
    public CopyReadLine(CopyDialect dialect, CopyDialect.Eol eol) {
        CsvDialect csv = dialect instanceof CsvDialect c ? c : null;
        text = csv == null;
        quote = text ? 0 : csv.quote();
        escape = text ? 0 : csv.escape();
        escapes = escape != quote;
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
    public CopyDialect.Eol eol() {
        return eol;
    }

    /** Whether the line read was the text format's end-of-copy marker, behind which nothing counts; it is empty then. */
    public boolean endOfCopy() {
        return endOfCopy;
    }

    /**
     * Reads the line that starts at {@code address}.
     *
     * @param available bytes there
     * @param atEof     whether the file ends after them
     * @return whether a whole line was read; false: more bytes are needed (or, at end of file, nothing was there)
     * @throws PgError 22P04 for an unquoted newline or carriage return of another style than the file's, and for an
     *                 end-of-copy marker in the wrong place; 22021 for invalid UTF-8 in the line, whichever comes first
     */
    public boolean read(long address, int available, boolean atEof) {
        // Both are null-safe for a line that is read again with more bytes: the style is only fixed by a whole line.
        CopyDialect.Eol style = eol;
        endOfCopy = false;
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
            if (c == '\r' && looksBehind(style) && i + 1 < available && OffHeap.getByte(address + i + 1) <= 0) {
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
            if (text) {
                if (c == TextDialect.BACKSLASH) {
                    if (i + 1 >= available) {
                        return atEof && line(available, available, lines, style);
                    }
                    byte escaped = OffHeap.getByte(address + i + 1);
                    if (escaped == '.') {
                        return endOfCopy(address, i, available, atEof, style);
                    }
                    // What is not ASCII has no meaning to lose, but may be invalid
                    i += escaped > 0 ? 1 : 0;
                    continue;
                }
            } else {
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
                    if (c == (style == CopyDialect.Eol.NL ? '\n' : '\r')) {
                        lines++;
                    }
                    continue;
                }
            }
            if (c == '\r') {
                if (style == null || style == CopyDialect.Eol.CRNL) {
                    if (i + 1 >= available && !atEof) {
                        return more(lines);
                    }
                    if (i + 1 < available && OffHeap.getByte(address + i + 1) == '\n') {
                        return line(i, i + 2, lines, CopyDialect.Eol.CRNL);
                    }
                    if (style == CopyDialect.Eol.CRNL) {
                        embeddedLines = lines;
                        throw stray("carriage return");
                    }
                    return line(i, i + 1, lines, CopyDialect.Eol.CR);
                }
                if (style == CopyDialect.Eol.NL) {
                    embeddedLines = lines;
                    throw stray("carriage return");
                }
                return line(i, i + 1, lines, style);
            }
            if (c == '\n') {
                if (style == CopyDialect.Eol.CR || style == CopyDialect.Eol.CRNL) {
                    embeddedLines = lines;
                    throw stray("newline");
                }
                return line(i, i + 1, lines, CopyDialect.Eol.NL);
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

    private boolean line(int lineLength, int withEnd, int lines, CopyDialect.Eol style) {
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

    /** Whether PostgreSQL has the character behind a carriage return before it thinks about that. */
    private boolean looksBehind(CopyDialect.Eol style) {
        return !text || style == null || style == CopyDialect.Eol.CRNL;
    }

    /**
     * A line with a backslash and a point at {@code at}: all right only if there is nothing before them, and behind them a line
     * end of the file's style.
     */
    private boolean endOfCopy(long address, int at, int available, boolean atEof, CopyDialect.Eol style) {
        int i = at + 2;
        for (boolean first = style == CopyDialect.Eol.CRNL;; first = false) {
            if (i >= available && !atEof) {
                return false;
            }
            byte c = i < available ? OffHeap.getByte(address + i) : 0;
            if (c <= 0 && i < available) {
                int sequence = sequence(address + i, available - i, atEof);
                if (sequence == MORE) {
                    return false;
                }
                if (sequence == INVALID) {
                    throw Utf8.invalid(address + i, available - i);
                }
            }
            i++;
            if (first && c == '\r') {
                continue;
            }
            if (c != '\n' && (c != '\r' || first)) {
                throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "end-of-copy marker is not alone on its line");
            }
            if (first || style != null && c != style.last()) {
                throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "end-of-copy marker does not match previous newline style");
            }
            break;
        }
        if (at > 0) {
            throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "end-of-copy marker is not alone on its line");
        }
        endOfCopy = true;
        return line(0, i, 0, style);
    }

    private PgError stray(String what) {
        if (text) {
            return new PgError(SqlState.BAD_COPY_FILE_FORMAT, "literal " + what + " found in data")
                    .withHint("Use \"" + (what.equals("newline") ? "\\n" : "\\r") + "\" to represent " + what + ".");
        }
        return new PgError(SqlState.BAD_COPY_FILE_FORMAT, "unquoted " + what + " found in data")
                .withHint("Use quoted CSV field to represent " + what + ".");
    }
}
