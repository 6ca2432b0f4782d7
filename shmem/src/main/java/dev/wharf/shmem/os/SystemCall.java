package dev.wharf.shmem.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Calls the kernel, through the C library's {@code syscall}.
 *
 * <p>One function of one shape for all calls: linking a shape takes the JVM tens of milliseconds, which each worker would
 * pay for at its start.
 */
final class SystemCall {
    static final SystemCall FUTEX = new SystemCall("futex", 202, 98);
    static final SystemCall PIDFD_OPEN = new SystemCall("pidfd_open", 434, 434);
    static final SystemCall PPOLL = new SystemCall("ppoll", 271, 73);
    static final SystemCall OPENAT = new SystemCall("openat", 257, 56);
    static final SystemCall FALLOCATE = new SystemCall("fallocate", 285, 47);
    static final SystemCall SYNC_FILE_RANGE = new SystemCall("sync_file_range", 277, 84);
    static final SystemCall CLOSE = new SystemCall("close", 3, 57);
    static final SystemCall TGKILL = new SystemCall("tgkill", 234, 131);
    static final SystemCall RT_SIGACTION = new SystemCall("rt_sigaction", 13, 134);
    static final SystemCall READ = new SystemCall("read", 0, 63);
    static final SystemCall EVENTFD2 = new SystemCall("eventfd2", 290, 19);
    static final SystemCall DUP3 = new SystemCall("dup3", 292, 24);
    static final SystemCall PRLIMIT64 = new SystemCall("prlimit64", 302, 261);

    static final int ENOENT = 2;
    static final int ESRCH = 3;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int EISDIR = 21;
    static final int EMFILE = 24;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int EOPNOTSUPP = 95;
    static final int ETIMEDOUT = 110;
    static final int EDQUOT = 122;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final MethodHandle SYSCALL = link();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = CALL_STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<Memory> MEMORY = ThreadLocal.withInitial(Memory::new);

    private final String name;
    private final long number;

    private SystemCall(final String name, final long x86, final long arm) {
        this.name = name;
        final String arch = System.getProperty("os.arch");
        number = switch (arch) {
            case "amd64" -> x86;
            case "aarch64" -> arm;
            default -> throw new UnsupportedOperationException(
                "processor architecture " + arch + " is not supported: amd64 and aarch64 are");
        };
    }

    /** What a call needs beside its arguments; a thread has one. */
    private static final class Memory {
        /** For a timespec and a pollfd. */
        private static final long SCRATCH_SIZE = 32;

        final MemorySegment callState;
        final MemorySegment scratch;

        Memory() {
            final Arena arena = Arena.ofAuto();
            callState = arena.allocate(CALL_STATE);
            scratch = arena.allocate(SCRATCH_SIZE, Long.BYTES);
        }
    }

    /** This thread's memory for structures passed to the kernel: 32 bytes, of which {@link #timespec} fills 16. */
    static MemorySegment scratch() {
        return MEMORY.get().scratch;
    }

    /** A duration, in the first half of {@link #scratch()}; its address. */
    static long timespec(final long nanos) {
        final MemorySegment memory = scratch();
        memory.set(ValueLayout.JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
        memory.set(ValueLayout.JAVA_LONG, Long.BYTES, nanos % NANOS_PER_SECOND);
        return memory.address();
    }

    /** Returns the kernel's answer, or its error as a negative number, as the kernel itself does. */
    long invoke(final long a, final long b, final long c, final long d, final long e) {
        final MemorySegment callState = MEMORY.get().callState;
        final long result;
        try {
            result = (long)SYSCALL.invokeExact(callState, number, a, b, c, d, e);
        } catch (final RuntimeException | Error failure) {
            throw failure;
        } catch (final Throwable failure) {
            throw new IllegalStateException(failure);
        }
        return result == -1 ? -callState.get(ValueLayout.JAVA_INT, ERRNO_OFFSET) : result;
    }

    /** For an error that only a bug or a kernel that forbids the call can give. */
    IllegalStateException failure(final long result) {
        return new IllegalStateException("system call " + name + ": " + describe(result));
    }

    /** The text of an error that {@link #invoke} returned. */
    static String describe(final long result) {
        return switch ((int)-result) {
            case ENOENT -> "No such file or directory";
            case EIO -> "Input/output error";
            case ESRCH -> "No such process";
            case EACCES -> "Permission denied";
            case EEXIST -> "File exists";
            case EISDIR -> "Is a directory";
            case EMFILE -> "Too many open files";
            case EFBIG -> "File too large";
            case ENOSPC -> "No space left on device";
            case EROFS -> "Read-only file system";
            case EDQUOT -> "Disk quota exceeded";
            default -> "operating system error " + -result;
        };
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link() {
        if (!SystemCall.class.getModule().isNativeAccessEnabled()) {
            throw new UnsupportedOperationException(
                "native access is off: start java with --enable-native-access=ALL-UNNAMED");
        }
        final Linker linker = Linker.nativeLinker();
        final MemorySegment address = linker.defaultLookup().find("syscall").orElseThrow(
            () -> new UnsupportedOperationException("the C library has no function syscall: Linux is needed"));
        final ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
        return linker.downcallHandle(address, FunctionDescriptor.of(word, word, word, word, word, word, word),
            Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(1));
    }
}
