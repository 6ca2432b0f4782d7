package dev.wharf.shmem.os;

import java.util.Locale;

/** Where this library runs: 64-bit Linux. */
public final class Platform {
    private Platform() {
    }

    /**
     * Throws unless shared memory can be had here. Nothing else in the library is loaded before.
     *
     * @param osName the system property {@code os.name}
     * @param arch the system property {@code os.arch}
     * @throws UnsupportedOperationException which says what it is and what it would have to be
     */
    public static void check(final String osName, final String arch) {
        final boolean linux = osName.toLowerCase(Locale.ROOT).startsWith("linux");
        if (!linux || !arch.equals("amd64") && !arch.equals("aarch64")) {
            throw new UnsupportedOperationException(
                "shared memory needs Linux on amd64 or aarch64 (futex, pidfd, /proc): this is " + osName + " on " + arch);
        }
    }
}
