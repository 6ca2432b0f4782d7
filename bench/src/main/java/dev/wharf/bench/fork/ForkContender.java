package dev.wharf.bench.fork;

import java.util.Arrays;
import java.util.List;

/** How a worker's JVM is started. */
enum ForkContender {
    AOT("as Wharf does: with the workers' AOT cache", true, List.of()),
    NO_AOT("without the AOT cache", false, List.of()),
    NO_PROFILES("with it, but without the profiles in it", true,
            List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTReplayTraining"));

    private final String label;
    private final boolean usesCache;
    private final List<String> flags;

    ForkContender(String label, boolean usesCache, List<String> flags) {
        this.label = label;
        this.usesCache = usesCache;
        this.flags = flags;
    }

    String label() {
        return label;
    }

    boolean usesCache() {
        return usesCache;
    }

    /** Beside the launcher's own. */
    List<String> flags() {
        return flags;
    }

    static List<ForkContender> all() {
        return Arrays.asList(values());
    }
}
