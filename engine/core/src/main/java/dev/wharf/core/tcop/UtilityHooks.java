package dev.wharf.core.tcop;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The hooks of a process, in the order in which they were installed. A session makes its chain of them as it starts: the
 * last one installed is called first, and the standard function is at the end.
 */
public final class UtilityHooks {
    private final List<UnaryOperator<ProcessUtilityHook>> processUtility = new ArrayList<>();

    /** @param hook is given what was there before, once a session, and gives back what stands in front of that */
    public void addProcessUtility(UnaryOperator<ProcessUtilityHook> hook) {
        processUtility.add(hook);
    }

    /** The chain. Without hooks it is {@code standard} itself. */
    public ProcessUtilityHook processUtility(ProcessUtilityHook standard) {
        ProcessUtilityHook chain = standard;
        for (UnaryOperator<ProcessUtilityHook> hook : processUtility) {
            chain = hook.apply(chain);
        }
        return chain;
    }
}
