package dev.wharf.core.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** After its end or its close a source is not read, whoever asks. */
class ClosableSourceTest {
    private int reads;
    private int result;

    private CopyDataSource source(int gives) {
        result = gives;
        return new ClosableSource(_ -> {
            reads++;
            return result;
        });
    }

    @Test
    void close() throws IOException {
        ByteBuffer target = ByteBuffer.allocate(1);
        CopyDataSource source = source(0);
        assertEquals(0, source.read(target));
        source.close();
        assertEquals(-1, source.read(target));
        assertEquals(1, reads);
    }

    @Test
    void end() throws IOException {
        ByteBuffer target = ByteBuffer.allocate(1);
        CopyDataSource source = source(-1);
        assertEquals(-1, source.read(target));
        assertEquals(-1, source.read(target));
        assertEquals(1, reads);
    }
}
