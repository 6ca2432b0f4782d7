package dev.wharf.shmem.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Links C functions, and keeps the memory a call needs beside its arguments. */
final class NativeCall {
    static final int EINTR = 4;
    static final int ENOENT = 2;
    static final int ESRCH = 3;
    static final int EAGAIN = 11;
    static final int EEXIST = 17;
    static final int ENOSPC = 28;
    static final int EOPNOTSUPP = 95;
    static final int ETIMEDOUT = 110;

    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = CALL_STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    /** Bytes of scratch memory a thread has for structures passed to the kernel (timespec, pollfd). */
    private static final long SCRATCH_SIZE = 32;

    private static final ThreadLocal<NativeCall> CURRENT = ThreadLocal.withInitial(NativeCall::new);

    /** What {@code captureCallState} fills; only the calling thread uses it. */
    final MemorySegment callState;
    final MemorySegment scratch;

    private NativeCall() {
        final Arena arena = Arena.ofAuto();
        callState = arena.allocate(CALL_STATE);
        scratch = arena.allocate(SCRATCH_SIZE, Long.BYTES);
    }

    static NativeCall current() {
        return CURRENT.get();
    }

    /** The {@code errno} of this thread's last call. */
    int errno() {
        return callState.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }

    /** Links {@code name}; the handle takes the call state first. {@code firstVariadic} is -1 for an ordinary function. */
    @SuppressWarnings("restricted")
    static MethodHandle link(final String name, final FunctionDescriptor descriptor, final int firstVariadic) {
        if (!NativeCall.class.getModule().isNativeAccessEnabled()) {
            throw new UnsupportedOperationException(
                "native access is off: start java with --enable-native-access=ALL-UNNAMED");
        }
        final Linker linker = Linker.nativeLinker();
        final MemorySegment address = linker.defaultLookup().find(name).orElseThrow(
            () -> new UnsupportedOperationException("the C library has no function " + name + ": Linux is needed"));
        final Linker.Option errno = Linker.Option.captureCallState("errno");
        return firstVariadic < 0
            ? linker.downcallHandle(address, descriptor, errno)
            : linker.downcallHandle(address, descriptor, errno, Linker.Option.firstVariadicArg(firstVariadic));
    }

    /** The number of a system call, which differs between the two architectures. */
    static long number(final long x86, final long arm) {
        final String arch = System.getProperty("os.arch");
        return switch (arch) {
            case "amd64", "x86_64" -> x86;
            case "aarch64" -> arm;
            default -> throw new UnsupportedOperationException(
                "processor architecture " + arch + " is not supported: amd64 and aarch64 are");
        };
    }

    static String describe(final int errno) {
        return switch (errno) {
            case ENOENT -> "No such file or directory";
            case ESRCH -> "No such process";
            case EEXIST -> "File exists";
            case ENOSPC -> "No space left on device";
            case 13 -> "Permission denied";
            case 21 -> "Is a directory";
            case 24 -> "Too many open files";
            case 27 -> "File too large";
            case 30 -> "Read-only file system";
            case 122 -> "Disk quota exceeded";
            default -> "operating system error " + errno;
        };
    }

    /** Rethrows what a method handle threw: nothing checked can come out of a downcall. */
    static RuntimeException unexpected(final Throwable e) {
        return switch (e) {
            case RuntimeException runtime -> runtime;
            case Error error -> throw error;
            default -> new IllegalStateException(e);
        };
    }
}
