package dev.wharf.shmem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Where a segment's bytes are: in the file of its name, or in another directory, such as a tmpfs, with a symbolic link at
 * its name.
 *
 * <p>The other file's name is made from the segment's name and its lock file's identity, so that the same segment always gets
 * the same one, and two segments never do. So a link that was copied, or moved, is known for another segment's: what it leads
 * to may be in use there, and is left alone.
 */
final class SegmentLocation {
    private static final String UNFINISHED_SUFFIX = ".new";
    private static final String DSM_SUFFIX = ".dsm.";
    private static final String PREFIX = "wharf-";
    private static final Pattern DSM_ENTRY = Pattern.compile("0|[1-9][0-9]{0,2}");
    // As UUID.toString writes it
    private static final Pattern TARGET = Pattern.compile(PREFIX + "\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private SegmentLocation() {
    }

    /** The file that the link at {@code file} leads to; {@code file} itself if it is none. */
    static Path current(final Path file) throws IOException {
        return Files.isSymbolicLink(file) ? file.resolveSibling(Files.readSymbolicLink(file)) : file;
    }

    /** Where the bytes of a new segment go. In the start-up mutex: its lock file is there. */
    static Path wanted(final Path file, final SegmentConfig config) throws IOException {
        if (config.sharedMemoryDirectory() == null) {
            return file;
        }
        return config.sharedMemoryDirectory().toAbsolutePath().normalize().resolve(targetName(file));
    }

    private static String targetName(final Path file) throws IOException {
        final String identity = file + " " + Files.getAttribute(SideFile.beside(file), "unix:dev") + " "
            + Files.getAttribute(SideFile.beside(file), "unix:ino");
        return PREFIX + UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8));
    }

    /** What a segment is called until it is whole. */
    static Path unfinished(final Path file) {
        return file.resolveSibling(file.getFileName() + UNFINISHED_SUFFIX);
    }

    /** Where a named DSM segment is. */
    static Path dsm(final Path target, final int entry) {
        return target.resolveSibling(target.getFileName() + DSM_SUFFIX + entry);
    }

    /** Puts at {@code file} a link to {@code target}, in place of what is there, at once. */
    static void link(final Path file, final Path target) throws IOException {
        final Path unfinished = unfinished(file);
        Files.deleteIfExists(unfinished);
        Files.createSymbolicLink(unfinished, target);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * That a segment may be made at {@code file}: there, and at the name that it has until it is whole, is nothing or what a
     * creator has left.
     *
     * @throws ShmemException if there is something else; nothing has been touched then
     */
    static void checkReplaceable(final Path file) throws IOException {
        if (!isReplaceable(file)) {
            throw SegmentHeader.notASegment(file);
        }
        if (!isUnfinished(unfinished(file))) {
            throw SegmentHeader.notASegment(unfinished(file));
        }
    }

    /** That what is at {@code file} is a segment, or the link of one: its bytes may be gone, or another's. */
    static void checkRemovable(final Path file) throws IOException {
        final Path link = link(file);
        if (link == null) {
            SegmentHeader.checkMagic(file);
        } else if (!isTarget(link)) {
            throw SegmentHeader.notASegment(file);
        }
    }

    private static boolean isReplaceable(final Path file) throws IOException {
        final Path link = link(file);
        if (link != null && !isTarget(link)) {
            return false;
        }
        try {
            return Files.notExists(file) || SegmentHeader.isReplaceable(file);
        } catch (final NoSuchFileException _) {
            return true;
        }
    }

    private static boolean isUnfinished(final Path unfinished) throws IOException {
        final Path link = link(unfinished);
        if (link != null) {
            return isTarget(link);
        }
        try {
            return Files.notExists(unfinished, LinkOption.NOFOLLOW_LINKS) || SegmentHeader.isReplaceable(unfinished);
        } catch (final NoSuchFileException _) {
            // Its creator has renamed it meanwhile
            return true;
        }
    }

    /** Where a link leads to, or null. Out of the start-up mutex it may come and go at any time. */
    private static Path link(final Path file) throws IOException {
        try {
            return Files.isSymbolicLink(file) ? Files.readSymbolicLink(file) : null;
        } catch (final NoSuchFileException | NotLinkException _) {
            return null;
        }
    }

    /** As segments' links have them, this one's or another's. */
    private static boolean isTarget(final Path target) {
        return TARGET.matcher(String.valueOf(target.getFileName())).matches();
    }

    /**
     * Removes what belongs to the segment at {@code file} and is not {@code file} itself: its DSM segments, what a creator that
     * died has left, and the file that its own link leads to. In the start-up mutex, when nobody is attached.
     */
    static void clear(final Path file) throws IOException {
        final boolean isOwnLink = isOwnLink(file);
        final Path target = current(file);
        if (isOwnLink || target.equals(file)) {
            deleteDsm(target);
        }
        if (isUnfinished(unfinished(file))) {
            Files.deleteIfExists(unfinished(file));
        }
        if (isOwnLink) {
            Files.deleteIfExists(unfinished(target));
            Files.deleteIfExists(target);
        }
    }

    /** A link that this segment has made, by its lock file. */
    private static boolean isOwnLink(final Path file) throws IOException {
        final Path link = link(file);
        return link != null && Files.exists(SideFile.beside(file)) && link.endsWith(targetName(file));
    }

    /** A link that another segment, or no segment, has made. */
    static boolean isOthersLink(final Path file) throws IOException {
        return Files.isSymbolicLink(file) && !isOwnLink(file);
    }

    private static void deleteDsm(final Path target) throws IOException {
        final Path directory = target.getParent();
        if (!Files.isDirectory(directory)) {
            return;
        }
        final List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, path -> isDsm(target, path))) {
            files.forEach(found::add);
        }
        for (final Path path : found) {
            Files.deleteIfExists(path);
        }
    }

    private static boolean isDsm(final Path target, final Path path) {
        final String prefix = target.getFileName() + DSM_SUFFIX;
        final String name = path.getFileName().toString();
        if (!name.startsWith(prefix) || !DSM_ENTRY.matcher(name.substring(prefix.length())).matches()) {
            return false;
        }
        return Integer.parseInt(name.substring(prefix.length())) < DsmRegistryLayout.CAPACITY
            && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }
}
