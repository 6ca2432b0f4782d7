package dev.wharf.core.source;

import java.nio.file.Path;

/** What stands behind FROM. */
public sealed interface CopyInput {
    /** A regular file, a named pipe or a device. */
    record NamedFile(Path file) implements CopyInput {
    }

    /** PROGRAM: a shell command, run in the directory. */
    record ShellCommand(String command, Path directory) implements CopyInput {
    }

    /** STDIN, or a callback. */
    record Data(CopyDataSource source) implements CopyInput {
    }
}
