package dev.wharf.core.guc;

import java.util.Set;

/**
 * What a parameter of any type has.
 *
 * @param name     looked up without regard to case; an extension's has a prefix: {@code auditor.enabled}
 * @param longDesc more than fits into {@code shortDesc}, or null
 */
public record GucDefinition(String name, String shortDesc, String longDesc, GucContext context, Set<GucFlag> flags) {
    public GucDefinition {
        flags = Set.copyOf(flags);
    }

    public GucDefinition(String name, String shortDesc, GucContext context, GucFlag... flags) {
        this(name, shortDesc, null, context, Set.of(flags));
    }
}
