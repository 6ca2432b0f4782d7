package dev.wharf.cli;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.tcop.DestReceiver;
import dev.wharf.core.utility.Notice;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.function.Consumer;

/** For statements whose outcome a command tells in its own words. None of them is a COPY TO STDOUT. */
final class SilentReceiver implements DestReceiver {
    private final Consumer<Notice> notices;
    private final List<CopyInput> inputs;

    SilentReceiver() {
        this(_ -> { }, List.of());
    }

    /** @param inputs what a COPY FROM STDIN loads instead */
    SilentReceiver(Consumer<Notice> notices, List<CopyInput> inputs) {
        this.notices = notices;
        this.inputs = inputs;
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

    @Override
    public List<CopyInput> copyInputs() {
        return inputs;
    }
}
