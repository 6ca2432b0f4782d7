package dev.wharf.core.tcop;

import dev.wharf.core.catalog.Relation;
import java.util.Map;

/** Tables that only the statement knows, by name, such as a trigger's transition tables. */
public record QueryEnvironment(Map<String, Relation> namedRelations) {
    public QueryEnvironment {
        namedRelations = Map.copyOf(namedRelations);
    }
}
