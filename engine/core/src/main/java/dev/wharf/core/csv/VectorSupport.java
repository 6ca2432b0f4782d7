package dev.wharf.core.csv;

/** Whether this JVM has the vector module and a CPU whose vectors are worth using. */
public final class VectorSupport {
    public static final boolean AVAILABLE = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
            && !Boolean.getBoolean("wharf.vector.off") && VectorStructuralIndex.usable();

    private VectorSupport() {
    }
}
