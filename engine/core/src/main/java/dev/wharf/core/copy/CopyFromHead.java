package dev.wharf.core.copy;

import dev.wharf.core.catalog.Relation;
import dev.wharf.core.csv.CopyDialect;
import dev.wharf.core.csv.CopyReadAttributes;
import dev.wharf.core.csv.CopyReadLine;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.memory.OffHeap;
import java.nio.charset.StandardCharsets;

/**
 * What a file's first line says: its end-of-line style, and, with HEADER, where the data begins.
 *
 * @param firstRow   offset of the first row of data
 * @param eol        NL if the file has only one line, without an end
 * @param secondLine offset behind the first line
 * @param firstLines line numbers that the first line takes up: 1, and the line ends in its quotes, as PostgreSQL counts them
 * @param headLines  line numbers before the first row; 0 without a header
 * @param ended      whether an end-of-copy marker was met: there are no rows
 */
record CopyFromHead(long firstRow, CopyDialect.Eol eol, long secondLine, int firstLines, long headLines, boolean ended) {
    private static final int FIRST_READ = 64 << 10;

    static CopyFromHead read(CopySource source, Relation relation, int[] attributes, CopyFormatOptions options) {
        if (source.size() == 0) {
            if (options.header() == CopyFormatOptions.Header.MATCH) {
                match(0, 0, relation, attributes, options.dialect(CopyDialect.Eol.NL), 1);
            }
            return new CopyFromHead(0, CopyDialect.Eol.NL, 0, 1, 0, false);
        }
        CopyReadLine line = new CopyReadLine(options.dialect(CopyDialect.Eol.NL), null);
        try (OffHeap.Buffer text = new OffHeap.Buffer(FIRST_READ)) {
            int length = readLine(source, 0, text, line, relation, 1);
            CopyDialect.Eol eol = line.eol() == null ? CopyDialect.Eol.NL : line.eol();
            long secondLine = line.consumed();
            int firstLines = 1 + line.embeddedLines();
            if (options.header() == CopyFormatOptions.Header.MATCH) {
                match(text.address(), length, relation, attributes, options.dialect(eol), firstLines);
            }
            boolean ended = line.endOfCopy();
            long row = options.headerLines() == 0 ? 0 : secondLine;
            long lines = firstLines;
            for (int i = 1; i < options.headerLines() && !ended && row < source.size(); i++) {
                readLine(source, row, text, line, relation, lines + 1);
                row += line.consumed();
                lines += 1 + line.embeddedLines();
                ended = line.endOfCopy();
            }
            return new CopyFromHead(ended ? source.size() : row, eol, secondLine, firstLines,
                    options.headerLines() == 0 ? 0 : lines, ended);
        }
    }

    /**
     * Reads the line at {@code offset} into {@code text}, which grows to hold it.
     *
     * @param number the line's number, for an error
     * @return the line's length
     */
    static int readLine(CopySource source, long offset, OffHeap.Buffer text, CopyReadLine line, Relation relation,
                        long number) {
        int length = 0;
        try {
            for (;;) {
                length += source.read(text.segment().asSlice(length), offset + length);
                if (line.read(text.address(), length, offset + length >= source.size())) {
                    return line.length();
                }
                if (length == text.capacity()) {
                    ChunkLoader.growLine(text, length, source.size() - offset - length);
                }
            }
        } catch (PgError e) {
            if (e.context() != null || e.sqlState().equals(SqlState.IO_ERROR)) {
                throw e;
            }
            throw e.withContext("COPY " + relation.name() + ", line " + (number + line.embeddedLines()));
        }
    }

    private static void match(long address, int length, Relation relation, int[] attributes, CopyDialect dialect, int lines) {
        CopyReadAttributes fields = CopyReadAttributes.of(dialect, DefaultValues.marker(relation, attributes, _ -> {
        }));
        try {
            fields.split(address, length);
            if (fields.count() != attributes.length) {
                throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "wrong number of fields in header line: got "
                        + fields.count() + ", expected " + attributes.length);
            }
            for (int i = 0; i < attributes.length; i++) {
                String expected = relation.columns().get(attributes[i]).name();
                if (fields.isNull(i)) {
                    throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "column name mismatch in header line field " + (i + 1)
                            + ": got null value (\"" + new String(dialect.nullPrint(), StandardCharsets.UTF_8)
                            + "\"), expected \"" + expected + "\"");
                }
                String got = new String(fields.bytes(), fields.start(i), fields.length(i), StandardCharsets.UTF_8);
                if (!got.equals(expected)) {
                    throw new PgError(SqlState.BAD_COPY_FILE_FORMAT, "column name mismatch in header line field " + (i + 1)
                            + ": got \"" + got + "\", expected \"" + expected + "\"");
                }
            }
        } catch (PgError e) {
            throw e.withContext("COPY " + relation.name() + ", line " + lines + ": \""
                    + NextCopyFrom.clip(address, length) + "\"");
        }
    }
}
