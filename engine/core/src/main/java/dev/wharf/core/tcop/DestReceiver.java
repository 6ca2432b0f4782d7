package dev.wharf.core.tcop;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.source.CopyDataSource;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.utility.Notice;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/**
 * Where a statement's results go: PostgreSQL's DestReceiver, with the messages that the protocol carries beside the rows.
 * For each statement: notices at any time; either a row description and rows, or the bytes of a COPY TO STDOUT; then the
 * command tag. A COPY FROM STDIN asks here for its data. An error is thrown by {@code Backend.execute}, and no tag follows.
 *
 * <p>Called by the thread that executes.
 */
public interface DestReceiver {
    /** Begins a result set; {@code columns} gives names and types. */
    void rowDescription(List<Column> columns);

    /** One row of a result set: values in text form, null for NULL. */
    void row(String... values);

    void notice(Notice notice);

    /** The statement is done: {@code CREATE TABLE}, {@code COPY 6001215}. */
    void commandComplete(String tag);

    /** Begins a COPY TO STDOUT; what is written to the channel is the data. The caller does not close it. */
    WritableByteChannel copyOut();

    /**
     * Begins a COPY FROM STDIN, all else about the statement is right; the data is read from here, and the source closed when
     * the COPY has ended.
     *
     * @throws PgError 0A000 unless overridden
     */
    default CopyDataSource copyIn() {
        throw new PgError(SqlState.FEATURE_NOT_SUPPORTED, "COPY FROM STDIN is not supported here").withHint("Name a file.");
    }

    /** The same for a program that has other inputs to offer than bytes: they are one load, in this order. */
    default List<CopyInput> copyInputs() {
        return List.of(new CopyInput.Data(copyIn()));
    }
}
