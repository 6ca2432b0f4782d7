package dev.wharf.shmem.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes a file whose blocks all exist, so that a full disk is an error now and not a SIGBUS later. */
public final class Fallocate {
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0100;
    private static final int O_EXCL = 0200;
    private static final int O_CLOEXEC = 02000000;
    private static final int OWNER_ONLY = 0600;
    private static final int ZERO_CHUNK = 1 << 20;

    private static final MethodHandle OPEN = NativeCall.link("open",
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
        2);
    private static final MethodHandle FALLOCATE = NativeCall.link("fallocate",
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG), -1);
    private static final MethodHandle CLOSE = NativeCall.link("close",
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), -1);

    private Fallocate() {
    }

    /**
     * Creates {@code file}, readable by its owner only, with {@code length} zero bytes.
     *
     * @throws FileSystemException if it exists, may not be created, or the disk has no room; nothing is left then
     */
    public static void create(final Path file, final long length) throws IOException {
        final NativeCall call = NativeCall.current();
        final int fd;
        try (Arena arena = Arena.ofConfined()) {
            fd = (int)OPEN.invokeExact(call.callState, arena.allocateFrom(file.toString()),
                O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, OWNER_ONLY);
        } catch (final Throwable e) {
            throw NativeCall.unexpected(e);
        }
        if (fd < 0) {
            throw new FileSystemException(file.toString(), null, NativeCall.describe(call.errno()));
        }
        int errno = 0;
        try {
            do {
                final int result = (int)FALLOCATE.invokeExact(call.callState, fd, 0, 0L, length);
                errno = result == 0 ? 0 : call.errno();
            } while (errno == NativeCall.EINTR);
            final int _ = (int)CLOSE.invokeExact(call.callState, fd);
        } catch (final Throwable e) {
            throw NativeCall.unexpected(e);
        }
        try {
            if (errno == NativeCall.EOPNOTSUPP) {
                writeZeros(file, length);
            } else if (errno != 0) {
                throw new FileSystemException(file.toString(), null, NativeCall.describe(errno));
            }
        } catch (final IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** For file systems without fallocate. */
    private static void writeZeros(final Path file, final long length) throws IOException {
        final ByteBuffer zeros = ByteBuffer.allocateDirect(ZERO_CHUNK);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (long position = 0; position < length;) {
                zeros.clear().limit((int)Math.min(ZERO_CHUNK, length - position));
                position += channel.write(zeros, position);
            }
        }
    }
}
