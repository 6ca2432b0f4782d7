package dev.wharf.bench.fork;

import java.util.Arrays;
import java.util.List;

/** How a worker's JVM is started. */
enum ForkContender {
    AOT("as Wharf does: with an AOT cache", true, false, List.of()),
    NO_AOT("without the cache", false, false, List.of()),
    CONNECTED("with a database connection: vector module, an archive of classes", true, true, List.of());

    private final String label;
    private final boolean usesCache;
    private final boolean isConnected;
    private final List<String> flags;

    ForkContender(String label, boolean usesCache, boolean isConnected, List<String> flags) {
        this.label = label;
        this.usesCache = usesCache;
        this.isConnected = isConnected;
        this.flags = flags;
    }

    String label() {
        return label;
    }

    boolean usesCache() {
        return usesCache;
    }

    boolean isConnected() {
        return isConnected;
    }

    /** Beside the launcher's own. */
    List<String> flags() {
        return flags;
    }

    static List<ForkContender> all() {
        return Arrays.asList(values());
    }
}
