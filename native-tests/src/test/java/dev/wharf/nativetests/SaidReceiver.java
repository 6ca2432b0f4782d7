package dev.wharf.nativetests;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.tcop.DestReceiver;
import dev.wharf.core.utility.Notice;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;

/** Adds all that statements say to a list, a line each: rows, notices, command tags. */
record SaidReceiver(List<String> said) implements DestReceiver {
    @Override
    public void rowDescription(List<Column> columns) {
    }

    @Override
    public void row(String... values) {
        said.add(String.join("|", Arrays.asList(values)));
    }

    @Override
    public void notice(Notice notice) {
        said.add(notice.severity() + ": " + notice.message());
    }

    @Override
    public void commandComplete(String tag) {
        said.add(tag);
    }

    @Override
    public WritableByteChannel copyOut() {
        throw new AssertionError();
    }
}
