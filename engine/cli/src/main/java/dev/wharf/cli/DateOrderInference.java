package dev.wharf.cli;

import dev.wharf.core.types.DateOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * In which order a file has day and month, where its dates have the year last: one for all columns, as a load has one setting.
 *
 * @param order   null where no column has such dates, or nothing tells
 * @param because why it is that, null where {@code order} is
 * @param remark  what the user should know, null where it is clear
 */
record DateOrderInference(DateOrder order, String because, String remark) {
    /**
     * @param columns   what was inferred of each
     * @param textNames columns that are to be text
     * @param said      what the user said, null to decide by the values
     */
    static DateOrderInference of(List<String> names, List<ColumnInference> columns, Set<String> textNames, DateOrder said) {
        if (said != null) {
            return new DateOrderInference(said, "as you said", null);
        }
        EnumSet<DateOrder> possible = EnumSet.of(DateOrder.DMY, DateOrder.MDY);
        List<String> dated = new ArrayList<>();
        String because = null;
        String example = null;
        for (int i = 0; i < columns.size(); i++) {
            ColumnInference column = columns.get(i);
            if (textNames.contains(names.get(i)) || !column.hasYearLast()) {
                continue;
            }
            String name = "\"" + StatText.printable(names.get(i)) + "\"";
            possible.retainAll(column.orders());
            if (because == null && column.teller() != null) {
                because = "column " + name + " has " + column.teller();
            }
            example = dated.isEmpty() ? ColumnInference.clip(column.example()) : example;
            dated.add(name);
        }
        if (dated.isEmpty()) {
            return new DateOrderInference(null, null, null);
        }
        if (possible.size() == 1) {
            return new DateOrderInference(possible.iterator().next(), because, null);
        }
        String which = dated.size() == 1 ? "column " + dated.getFirst() : "columns " + String.join(", ", dated);
        String text = dated.size() == 1 ? "it is text" : "they are text";
        return new DateOrderInference(null, null, possible.isEmpty()
                ? "The dates of " + which + " do not have day and month in the same order: " + text
                        + ". --date-order DMY or --date-order MDY makes some of them dates."
                : "Nothing tells day from month in " + which + ", such as " + example + ": " + text
                        + ". --date-order DMY or --date-order MDY makes dates of them.");
    }
}
