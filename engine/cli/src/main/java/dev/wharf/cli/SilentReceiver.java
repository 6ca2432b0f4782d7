package dev.wharf.cli;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.tcop.DestReceiver;
import dev.wharf.core.utility.Notice;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** For statements whose outcome a command tells in its own words. None of them is a COPY TO STDOUT. */
final class SilentReceiver implements DestReceiver {
    private final List<CopyInput> inputs;

    /** @param files what a COPY FROM STDIN loads instead */
    SilentReceiver(Path... files) {
        inputs = Arrays.stream(files).<CopyInput>map(CopyInput.NamedFile::new).toList();
    }

    @Override
    public void rowDescription(List<Column> columns) {
    }

    @Override
    public void row(String... values) {
    }

    @Override
    public void notice(Notice notice) {
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
