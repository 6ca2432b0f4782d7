package dev.wharf.shmem.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * SIGQUIT, which the JVM keeps for itself: for thread dumps, and for tools such as jstack that ask to attach. It lets no Java
 * code handle it, with -Xrs neither; and it comes to threads of the JVM's own, on which no Java code can run.
 *
 * <p>So the handler is a function of the C library, which may run anywhere: {@code eventfd_write(int fd, uint64_t n)}. The kernel
 * calls a handler with the signal's number first, then an address. SIGQUIT is 3: so it adds something to the eventfd that is
 * descriptor 3, which a thread of ours reads. For that whoever starts the JVM must open something as descriptor 3, as the
 * {@code wharf} command does, and say so; else the JVM has the descriptor for a file of its own.
 *
 * <p>If a tool wants to attach, which a file tells, the JVM's handler is called.
 */
final class QuitSignal {
    private static final String FD_PROPERTY = "wharf.quit.fd";
    private static final int SIGQUIT = 3;
    private static final int FD = SIGQUIT;
    private static final int EFD_CLOEXEC = 0x80000;

    private QuitSignal() {
    }

    /** Whether the JVM was started so that it can be handled. */
    static boolean isPossible() {
        return Integer.getInteger(FD_PROPERTY, 0) == FD;
    }

    /** @param handler runs on a thread of its own each time the signal comes */
    @SuppressWarnings("restricted")
    static void handle(final Runnable handler) {
        final long write = Linker.nativeLinker().defaultLookup().find("eventfd_write").orElseThrow().address();
        final long event = checked(SystemCall.EVENTFD2, 0, EFD_CLOEXEC, 0);
        checked(SystemCall.DUP3, event, FD, EFD_CLOEXEC);
        checked(SystemCall.CLOSE, event, 0, 0);
        final MemorySegment action = ProcessSignal.action(SIGQUIT);
        // The flags and the rest are the JVM's
        final long jvmHandler = action.get(ValueLayout.JAVA_LONG, 0);
        action.set(ValueLayout.JAVA_LONG, 0, write);
        ProcessSignal.setAction(SIGQUIT, action);
        Thread.ofPlatform().daemon().name("SIGQUIT").start(() -> {
            final MemorySegment count = Arena.global().allocate(ValueLayout.JAVA_LONG);
            for (;;) {
                final long read = SystemCall.READ.invoke(FD, count.address(), Long.BYTES, 0, 0);
                if (read == Long.BYTES) {
                    if (isAttachWanted()) {
                        call(jvmHandler);
                    } else {
                        handler.run();
                    }
                } else if (read != -SystemCall.EINTR) {
                    throw SystemCall.READ.failure(read);
                }
            }
        });
    }

    private static long checked(final SystemCall call, final long a, final long b, final long c) {
        final long result = call.invoke(a, b, c, 0, 0);
        if (result < 0) {
            throw call.failure(result);
        }
        return result;
    }

    /** The JVM's AttachListener looks for the same. */
    private static boolean isAttachWanted() {
        final String name = ".attach_pid" + ProcessHandle.current().pid();
        return Files.exists(Path.of(name)) || Files.exists(Path.of("/" + "tmp", name));
    }

    /** It only notes the signal's number, for a thread of the JVM. */
    @SuppressWarnings("restricted")
    private static void call(final long signalHandler) {
        try {
            Linker.nativeLinker().downcallHandle(MemorySegment.ofAddress(signalHandler),
                FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                .invokeExact(SIGQUIT, MemorySegment.NULL, MemorySegment.NULL);
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
