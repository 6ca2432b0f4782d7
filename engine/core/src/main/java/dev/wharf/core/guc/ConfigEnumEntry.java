package dev.wharf.core.guc;

import java.util.ArrayList;
import java.util.List;

/**
 * A word that an enum parameter may be set to.
 *
 * @param value  the word that it means and is shown as; most often the same
 * @param hidden not among the available values of an error's hint
 */
public record ConfigEnumEntry(String name, String value, boolean hidden) {
    /** Words that mean themselves. */
    public static List<ConfigEnumEntry> of(String... names) {
        List<ConfigEnumEntry> list = new ArrayList<>();
        for (String name : names) {
            list.add(new ConfigEnumEntry(name, name, false));
        }
        return list;
    }
}
