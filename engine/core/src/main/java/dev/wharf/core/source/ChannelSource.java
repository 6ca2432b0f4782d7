package dev.wharf.core.source;

import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;

/** A file, a named pipe or a device, from its beginning on. Closing it ends a read that waits. */
final class ChannelSource implements CopyDataSource {
    private final ReadableByteChannel channel;

    ChannelSource(ReadableByteChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer target) {
        try {
            return channel.read(target);
        } catch (ClosedChannelException e) {
            return -1;
        } catch (IOException e) {
            throw new PgError(SqlState.IO_ERROR, "could not read from COPY file: " + DurableFile.reason(e), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
