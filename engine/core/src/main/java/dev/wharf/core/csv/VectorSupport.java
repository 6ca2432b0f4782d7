package dev.wharf.core.csv;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this JVM has the vector module and a CPU whose vectors are worth using. */
public final class VectorSupport {
    public static final boolean AVAILABLE = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
            && !Boolean.getBoolean("wharf.vector.off") && VectorStructuralIndex.usable();

    private static final int FIRST_PROCESSOR = 8 << 10;

    private VectorSupport() {
    }

    /**
     * Whether the CPU packs the bytes of a vector by a mask in one instruction (AVX-512 VBMI2). Where it does not, the Vector
     * API does it lane by lane; it has no way to ask.
     */
    static boolean compressesBytes() {
        try (InputStream cpus = Files.newInputStream(Path.of("/proc/cpuinfo"))) {
            return new String(cpus.readNBytes(FIRST_PROCESSOR), StandardCharsets.ISO_8859_1).contains(" avx512_vbmi2");
        } catch (IOException e) {
            return false;
        }
    }
}
