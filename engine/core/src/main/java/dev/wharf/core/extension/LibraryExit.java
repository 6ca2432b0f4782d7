package dev.wharf.core.extension;

import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.ServerLog;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sees to it that a library's code cannot end the process as if all had gone well: {@code System.exit} in init or in a hook is a
 * FATAL error on standard error and in the log. In a worker's own code it is the worker's exit code.
 */
final class LibraryExit {
    private static final int EXIT_CODE = 1;
    private static final List<String> CALLERS = List.of(Extensions.class.getName(), LibraryCalls.class.getName());
    private static final AtomicBoolean WATCHING = new AtomicBoolean();

    private LibraryExit() {
    }

    /** From the first call on. @param log gets the error, beside standard error */
    static void watch(ServerLog log) {
        if (WATCHING.compareAndSet(false, true)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> look(log)));
        }
    }

    private static void look(ServerLog log) {
        Thread.getAllStackTraces().values().stream().map(LibraryExit::exiting).flatMap(Optional::stream).findFirst()
                .ifPresent(code -> {
                    log.setForeground();
                    log.write(ErrorLevel.FATAL, "a library ended the process, in " + code, null,
                            "An extension throws an error, or calls ereport.");
                    Runtime.getRuntime().halt(EXIT_CODE);
                });
    }

    /** Where a thread that waits in System.exit has called it, if that is a library's code that was called from here. */
    private static Optional<StackTraceElement> exiting(StackTraceElement[] stack) {
        boolean exits = Arrays.stream(stack).anyMatch(frame -> frame.getClassName().equals(Runtime.class.getName())
                && frame.getMethodName().equals("exit"));
        boolean called = Arrays.stream(stack).anyMatch(frame -> CALLERS.stream().anyMatch(frame.getClassName()::startsWith));
        return exits && called ? Arrays.stream(stack).filter(frame -> !frame.getClassName().startsWith("java.")).findFirst()
                : Optional.empty();
    }
}
