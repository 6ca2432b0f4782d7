package dev.wharf.cli;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.source.CopyDataSource;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.tcop.DestReceiver;
import dev.wharf.core.utility.Notice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;

/** Prints results as they come; a result set when it is complete, for its columns' widths. */
final class PsqlReceiver implements DestReceiver {
    private final Psql psql;
    private final String query;
    private List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();
    private final CopyEnds ends;
    private boolean copiedOut;

    /**
     * What stands at the other end of STDIN and STDOUT.
     *
     * @param input  null for a stream of the shell's
     * @param output null for a stream of the shell's
     * @param own    whether that stream is the shell's own standard input, also while a script is read
     */
    record CopyEnds(CopyInput input, WritableByteChannel output, boolean own) {
        static final CopyEnds SCRIPT = new CopyEnds(null, null, false);
    }

    PsqlReceiver(Psql psql, String query, CopyEnds ends) {
        this.psql = psql;
        this.query = query;
        this.ends = ends;
    }

    @Override
    public void rowDescription(List<Column> description) {
        columns = description;
        rows.clear();
    }

    @Override
    public void row(String... values) {
        List<String> row = new ArrayList<>(values.length);
        for (String value : values) {
            row.add(value == null ? "" : value);
        }
        rows.add(row);
    }

    @Override
    public void notice(Notice notice) {
        psql.console.out().flush();
        ErrorReport.print(psql.console.err(), psql.prefix(), notice, query, psql.verbosity());
    }

    @Override
    public CopyDataSource copyIn() {
        psql.console.out().flush();
        return psql.copyData(ends.own());
    }

    @Override
    public List<CopyInput> copyInputs() {
        return ends.input() == null ? DestReceiver.super.copyInputs() : List.of(ends.input());
    }

    @Override
    public void commandComplete(String tag) {
        psql.endCopyData();
        if (columns != null) {
            List<String> names = new ArrayList<>();
            List<Boolean> right = new ArrayList<>();
            for (Column column : columns) {
                names.add(column.name());
                right.add(isRightAligned(column));
            }
            psql.printer().print(new TablePrinter.Table(null, names, right, rows, true, List.of()));
            columns = null;
        } else if (!copiedOut && !psql.quiet) {
            psql.console.out().println(tag);
        }
        // The tag of a COPY would stand in the middle of its data.
        copiedOut = false;
    }

    @Override
    public WritableByteChannel copyOut() {
        if (ends.output() != null) {
            return ends.output();
        }
        copiedOut = true;
        psql.console.out().flush();
        return new StandardOutput();
    }

    /** A reader that has gone away ({@code | head}) ends the shell without a word, as SIGPIPE ends psql. */
    private final class StandardOutput implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
            try {
                return psql.console.bytes().write(bytes);
            } catch (IOException e) {
                psql.outputClosed |= "Broken pipe".equals(e.getMessage());
                throw e;
            }
        }

        @Override
        public boolean isOpen() {
            return psql.console.bytes().isOpen();
        }

        @Override
        public void close() {
        }
    }

    /** An error came instead of the tag. */
    void failed() {
        psql.console.out().flush();
    }

    private static boolean isRightAligned(Column column) {
        return switch (column.type().kind()) {
            case INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC -> true;
            default -> false;
        };
    }
}
