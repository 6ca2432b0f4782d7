package dev.wharf.cli;

import dev.wharf.core.DestReceiver;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.utility.Notice;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.function.Consumer;

/** For statements whose outcome a command tells in its own words. None of them is a COPY TO STDOUT. */
final class SilentReceiver implements DestReceiver {
    private final Consumer<Notice> notices;

    SilentReceiver() {
        this(_ -> { });
    }

    SilentReceiver(Consumer<Notice> notices) {
        this.notices = notices;
    }

    @Override
    public void rowDescription(List<Column> columns) {
    }

    @Override
    public void row(String... values) {
    }

    @Override
    public void notice(Notice notice) {
        notices.accept(notice);
    }

    @Override
    public void commandComplete(String tag) {
    }

    @Override
    public WritableByteChannel copyOut() {
        throw new IllegalStateException("no channel for COPY TO STDOUT");
    }
}
