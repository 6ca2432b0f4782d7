package dev.wharf.core;

import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.catalog.FileCatalog;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.guc.SampleConfigFile;
import dev.wharf.core.guc.ServerParameters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes data directories, and knows their versions. */
final class InitDb {
    private static final String INIT_LOCK_FILE = "init.lock";
    private static final String VERSION_FILE = "WHARF_VERSION";
    private static final String VERSION = "2";
    /** Of which only the catalog differs, and can be read. */
    private static final String FORMER_VERSION = "1";

    private InitDb() {
    }

    /** Makes an empty data directory. Fails if {@code directory} holds anything. */
    static void init(Path directory) throws IOException {
        if (!initIfEmpty(directory)) {
            throw new PgError(SqlState.INVALID_PARAMETER_VALUE, "directory \"" + directory + "\" exists but is not empty")
                    .withHint("Name an empty directory, or one that does not exist yet.");
        }
    }

    /**
     * Makes a data directory where there is nothing yet. Of several processes that do so at once one makes it; the others wait
     * until it has.
     *
     * @return whether it was made here
     */
    static boolean initIfEmpty(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            Files.createDirectories(directory);
        }
        Path lockFile = directory.resolve(INIT_LOCK_FILE);
        if (!Files.isDirectory(directory) || !isEmpty(directory) && Files.notExists(lockFile)) {
            return false;
        }
        // The kernel gives the lock back whatever becomes of its holder
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (!isEmpty(directory)) {
                return false;
            }
            FileCatalog.init(directory);
            addSettings(directory);
            // Last: a directory without it is not a data directory.
            writeVersion(directory);
            return true;
        } finally {
            Files.deleteIfExists(lockFile);
        }
    }

    /** Directories of the former version may have none. */
    private static void addSettings(Path directory) throws IOException {
        Path file = ServerParameters.file(directory);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            DurableFile.replace(file, ByteBuffer.wrap(
                    SampleConfigFile.text(new ServerParameters(directory).table()).getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static void writeVersion(Path directory) throws IOException {
        DurableFile.replace(directory.resolve(VERSION_FILE),
                ByteBuffer.wrap((VERSION + "\n").getBytes(StandardCharsets.US_ASCII)));
    }

    /** Whether nothing is in it but, perhaps, the lock of those who would make it. */
    private static boolean isEmpty(Path directory) throws IOException {
        try (var entries = Files.newDirectoryStream(directory, entry -> !entry.endsWith(INIT_LOCK_FILE))) {
            return !entries.iterator().hasNext();
        }
    }

    /** Whether {@code directory} was made by {@link #init}. */
    static boolean isDataDirectory(Path directory) {
        return Files.isRegularFile(directory.resolve(VERSION_FILE));
    }

    /**
     * Whether this program can have it open. The former version is turned into this one.
     *
     * @throws PgError 58P01 if it is none, 22023 if it is another version's
     */
    static void checkVersion(Path directory) {
        try {
            String version = Files.readString(directory.resolve(VERSION_FILE)).strip();
            if (version.equals(FORMER_VERSION)) {
                addSettings(directory);
                // Before the catalog is written as this version has it, so that the former's programs keep away
                writeVersion(directory);
            } else if (!version.equals(VERSION)) {
                throw new PgError(SqlState.INVALID_PARAMETER_VALUE, "data directory \"" + directory + "\" has version "
                        + version + ", this program needs " + VERSION);
            }
        } catch (IOException e) {
            throw new PgError(SqlState.UNDEFINED_FILE, "\"" + directory + "\" is not a data directory", e)
                    .withHint("Make one with: wharf init -D " + directory);
        }
    }
}
