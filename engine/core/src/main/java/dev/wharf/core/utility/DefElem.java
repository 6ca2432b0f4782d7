package dev.wharf.core.utility;

import java.util.List;

/**
 * One {@code name [value]} of an option list, not yet understood.
 *
 * @param name     folded to lower case unless it was quoted
 * @param value    a {@link String} (word or literal), a {@link Long} or {@link java.math.BigDecimal} (number), a {@link List}
 *                 of strings (column list), {@link Star#STAR} for {@code *}, or null where nothing was written
 * @param location 0-based character offset of the name in the query string
 */
public record DefElem(String name, Object value, int location) {
    /** The value of {@code (FORCE_QUOTE *)}. */
    public enum Star { STAR }
}
