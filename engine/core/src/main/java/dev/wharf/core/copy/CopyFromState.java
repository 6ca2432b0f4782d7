package dev.wharf.core.copy;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.csv.CopyReadAttributes;
import dev.wharf.core.csv.CopyReadLine;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.kernel.BadValues;
import dev.wharf.core.memory.OffHeap;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.source.OpenedInput;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.TextBuffer;
import dev.wharf.core.types.TextOutputs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A COPY FROM that a program drives, row by row: PostgreSQL's {@code CopyFromState}, with its stages under their names. It needs
 * no table and no data directory, and no row that it gives is stored anywhere.
 *
 * <pre>
 *   try (CopyFromState copy = CopyFromState.beginCopyFrom("t", columns, new CopyInput.NamedFile(file), CopyFormatOptions.CSV)) {
 *       while (copy.nextCopyFrom()) {
 *           use(copy.values()[0].lo, copy.text(1));
 *       }
 *   }
 * </pre>
 *
 * <p>After an error in the binary format nothing more can be read. Of the others, the lower stages can be driven by themselves:
 * {@link #copyReadLine} and {@link #copyReadAttributes}, or
 * {@link #nextCopyFromRawFields} for both. All take from the same input: a line is given once.
 *
 * <p>Not for speed: it reads in one thread, a line at a time, the exact way. Not thread-safe.
 */
public final class CopyFromState implements AutoCloseable {
    private static final int STEP = 256 << 10;

    private final Relation relation;
    private final CopyFormatOptions options;
    private final OpenedInput input;
    private final CopyStream stream;
    private final CopyJob job;
    private final CopyReadLine line;
    private final NextCopyFrom rows;
    /** Reads rows of the binary format; null for the others. */
    private final BinaryRowReader binary;
    private final CopyReadAttributes fields;
    private final TextBuffer text = new TextBuffer();
    /** Where in the stream's text the next line begins; the line that was read last ended there. */
    private int at;
    private int lineStart;
    private int lineLength = -1;
    private long curLineno;
    private long numErrors;
    private boolean ended;
    private boolean hasRow;
    private boolean closed;

    private CopyFromState(Relation relation, int[] attributes, OpenedInput input, CopyFormatOptions options) throws IOException {
        this.relation = relation;
        this.options = options;
        this.input = input;
        stream = new CopyStream(input.stream(), STEP);
        boolean lines = options.format() != CopyFormatOptions.Format.BINARY;
        CopyFromHead head = head(attributes, lines);
        stream.drop((int) (head.firstRow() - stream.start()));
        curLineno = head.headLines();
        ended = head.ended();
        job = new CopyJob(true, relation, attributes, options.format(), options.dialect(head.eol()),
                options.force(relation, attributes),
                PgEncoding.UTF8, 0, null, null, null, head.firstRow(), 0, 0, options.lossless(), options.errors(),
                options.settings());
        binary = lines ? null : new BinaryRowReader(job, new Sequential());
        if (!lines) {
            binary.begin(stream.start());
            line = null;
            rows = null;
            fields = null;
            return;
        }
        // The first line is what decides the style of the others
        line = new CopyReadLine(job.dialect(), head.firstRow() == 0 ? null : head.eol());
        rows = new NextCopyFrom(job, options.errors().stops() ? null : new BadValues(options.errors().setsNull(), false));
        fields = CopyReadAttributes.of(job.dialect(), _ -> { });
    }

    private CopyFromHead head(int[] attributes, boolean lines) {
        try {
            stream.more();
            return lines ? CopyFromHead.read(stream, relation, attributes, options) : BinaryHeader.read(stream);
        } catch (PgError e) {
            stream.close();
            throw e.context() != null || !lines ? e : e.withContext("COPY " + relation.name() + ", line 1");
        }
    }

    /** The stream from its first row on, read once. */
    private final class Sequential extends CopySource {
        @Override
        long size() {
            return stream.ended() ? stream.start() + stream.length() : Long.MAX_VALUE;
        }

        @Override
        int read(MemorySegment target, long position) {
            if (stream.length() == 0 && !stream.more(STEP)) {
                return 0;
            }
            int n = (int) Math.min(target.byteSize(), stream.length());
            target.copyFrom(stream.head(n));
            stream.drop(n);
            return n;
        }

        @Override
        public void close() {
        }
    }

    /**
     * Opens an input without a table, all of whose fields are to be read.
     *
     * @param name    what errors call the table
     * @param columns in the order of the fields
     * @throws PgError as COPY's: a file that is not there, a header that does not match
     */
    public static CopyFromState beginCopyFrom(String name, List<Column> columns, CopyInput input, CopyFormatOptions options) {
        return beginCopyFrom(new Relation(0, name, columns, true), IntStream.range(0, columns.size()).toArray(), input, options);
    }

    /**
     * Opens an input for a table's columns. Columns that it has no fields for get their default; those whose default is a
     * sequence's next number must be among the fields, as there is no row that the number would be for.
     *
     * @param attributes indexes of the table's columns, in the order of the fields
     * @throws PgError as above; 0A000 for a column that takes numbers of a sequence and is not in {@code attributes}
     */
    public static CopyFromState beginCopyFrom(Relation relation, int[] attributes, CopyInput input, CopyFormatOptions options) {
        DefaultValues defaults = new DefaultValues(relation, attributes, options.defaultPrint() != null);
        if (defaults.anyNumbered()) {
            throw new PgError(SqlState.FEATURE_NOT_SUPPORTED,
                    "rows that are not stored cannot take numbers of a sequence").withHint("Name the columns that have fields.");
        }
        OpenedInput opened = OpenedInput.open(input, options.encoding(), true);
        try {
            return new CopyFromState(relation, attributes.clone(), opened, options);
        } catch (IOException e) {
            throw closing(opened, new PgError(SqlState.IO_ERROR, "could not read from COPY file: " + e.getMessage(), e));
        } catch (PgError e) {
            throw closing(opened, e);
        }
    }

    private static PgError closing(OpenedInput input, PgError e) {
        try {
            input.close();
        } catch (IOException suppressed) {
            e.addSuppressed(suppressed);
        }
        return e;
    }

    /**
     * Reads the next row, and converts its fields: {@link #values} and {@link #nulls} are its columns. Rows that ON_ERROR leaves
     * out are passed over.
     *
     * @return false at the end of the input
     * @throws PgError as COPY's, with its CONTEXT. What follows an error can be read on
     */
    public boolean nextCopyFrom() {
        hasRow = false;
        hasRow = readRow();
        return hasRow;
    }

    private boolean readRow() {
        if (binary != null) {
            ended = ended || !binary.readRow(++curLineno);
            return !ended;
        }
        while (copyReadLine()) {
            if (rows.read(stream.address() + lineStart, lineLength, curLineno)) {
                return true;
            }
            numErrors++;
            long limit = options.errors().rejectLimit();
            if (limit > 0 && numErrors > limit) {
                throw CopyFromError.overLimit(job, stream.address() + lineStart, lineLength, curLineno);
            }
        }
        return false;
    }

    /**
     * Of the row that was read last, one for each column, in its stored form; overwritten by the next, and gone at the end.
     *
     * @throws IllegalStateException if there is none
     */
    public Datum[] values() {
        checkRow();
        return binary != null ? binary.values() : rows.values();
    }

    /** Which of {@link #values} are NULL. */
    public boolean[] nulls() {
        checkRow();
        return binary != null ? binary.nulls() : rows.nulls();
    }

    private void checkRow() {
        if (!hasRow) {
            throw new IllegalStateException("no row has been read");
        }
    }

    /** A column of the row that was read last as PostgreSQL prints it; null for NULL. */
    public String text(int column) {
        if (nulls()[column]) {
            return null;
        }
        TextOutputs.of(relation.columns().get(column).type(), job.settings()).format(values()[column], text.clear());
        return new String(text.bytes, 0, text.length, StandardCharsets.UTF_8);
    }

    /**
     * Reads the next row, and takes it apart without a look at the columns: NULL strings become null, quotes and escapes are
     * undone.
     *
     * @return null at the end of the input
     */
    public List<String> nextCopyFromRawFields() {
        return copyReadLine() ? copyReadAttributes() : null;
    }

    /**
     * Reads the next line, which may have line ends in its quotes.
     *
     * @return false at the end of the input
     * @throws IllegalStateException in the binary format, which has no lines
     */
    public boolean copyReadLine() {
        if (binary != null) {
            throw new IllegalStateException("the binary format has no lines");
        }
        lineLength = -1;
        while (!ended) {
            boolean whole;
            try {
                whole = line.read(stream.address() + at, stream.length() - at, stream.ended());
                if (!whole && !stream.ended()) {
                    readOn();
                    continue;
                }
            } catch (PgError e) {
                ended = true;
                throw e.context() != null || e.sqlState().equals(SqlState.IO_ERROR) ? e
                        : e.withContext("COPY " + relation.name() + ", line " + (curLineno + 1 + line.embeddedLines()));
            }
            ended = !whole || line.endOfCopy();
            if (!ended) {
                lineStart = at;
                lineLength = line.length();
                at += line.consumed();
                curLineno += 1 + line.embeddedLines();
                return true;
            }
        }
        return false;
    }

    private void readOn() {
        stream.drop(at);
        at = 0;
        if (stream.length() > ChunkLoader.MAX_LINE) {
            throw new PgError(SqlState.PROGRAM_LIMIT_EXCEEDED,
                    "string buffer exceeds maximum allowed length (1073741823 bytes)")
                    .withDetail("Cannot enlarge string buffer containing " + stream.length() + " bytes by " + STEP + " more "
                            + "bytes.");
        }
        // A long line is read again from its start each time: by as much more as there is
        stream.more(Math.max(STEP, stream.length()));
    }

    /** Takes the line that was read last apart. @throws IllegalStateException if there is none */
    public List<String> copyReadAttributes() {
        long address = lineAddress();
        try {
            fields.split(address, lineLength);
        } catch (PgError e) {
            throw e.withContext("COPY " + relation.name() + ", line " + curLineno + ": \""
                    + NextCopyFrom.clip(address, lineLength) + "\"");
        }
        List<String> result = new ArrayList<>(fields.count());
        for (int i = 0; i < fields.count(); i++) {
            result.add(fields.isNull(i) ? null
                    : new String(fields.bytes(), fields.start(i), fields.length(i), StandardCharsets.UTF_8));
        }
        return result;
    }

    /** The line that was read last, as it is in the input, without its end. @throws IllegalStateException if there is none */
    public String line() {
        byte[] bytes = new byte[lineLength < 0 ? 0 : lineLength];
        OffHeap.copy(lineAddress(), bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private long lineAddress() {
        if (lineLength < 0) {
            throw new IllegalStateException("no line has been read");
        }
        return stream.address() + lineStart;
    }

    /** The number of the line that was read last, as errors tell it: the header counts, and line ends in quotes do. */
    public long curLineno() {
        return curLineno;
    }

    /** Rows that ON_ERROR has left out so far. */
    public long numErrors() {
        return numErrors;
    }

    /**
     * Ends it; once more, it does nothing.
     *
     * @throws PgError 38000 if the input was all read and its program failed
     */
    public void endCopyFrom() {
        if (closed) {
            return;
        }
        closed = true;
        hasRow = false;
        try (stream; input; binary) {
            if (ended) {
                input.finish();
            }
        } catch (IOException e) {
            throw new PgError(SqlState.IO_ERROR, "could not close COPY file: " + e.getMessage(), e);
        }
        ended = true;
        lineLength = -1;
    }

    /** The same as {@link #endCopyFrom}. */
    @Override
    public void close() {
        endCopyFrom();
    }
}
