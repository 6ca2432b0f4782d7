package dev.wharf.core.tcop;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.source.CopyDataSource;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.utility.Notice;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.function.Predicate;

/** Another receiver, without the notices that the session does not want. */
public final class FilteredReceiver implements DestReceiver {
    private final DestReceiver dest;
    private final Predicate<Notice> wanted;

    public FilteredReceiver(DestReceiver dest, Predicate<Notice> wanted) {
        this.dest = dest;
        this.wanted = wanted;
    }

    @Override
    public void notice(Notice notice) {
        if (wanted.test(notice)) {
            dest.notice(notice);
        }
    }

    @Override
    public void rowDescription(List<Column> columns) {
        dest.rowDescription(columns);
    }

    @Override
    public void row(String... values) {
        dest.row(values);
    }

    @Override
    public void commandComplete(String tag) {
        dest.commandComplete(tag);
    }

    @Override
    public WritableByteChannel copyOut() {
        return dest.copyOut();
    }

    @Override
    public CopyDataSource copyIn() {
        return dest.copyIn();
    }

    @Override
    public List<CopyInput> copyInputs() {
        return dest.copyInputs();
    }
}
