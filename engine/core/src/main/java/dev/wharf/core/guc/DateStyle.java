package dev.wharf.core.guc;

import dev.wharf.core.types.DateOrder;
import java.util.List;

/** PostgreSQL's check_datestyle: which style and which order a list of words means, where now it is another. */
final class DateStyle {
    static final String BOOT = "ISO, MDY";
    private static final String SEPARATOR = ", ";

    private String style;
    private String order;
    private boolean conflict;

    private DateStyle() {
    }

    static DateOrder orderOf(String value) {
        return DateOrder.valueOf(value.substring(value.indexOf(SEPARATOR) + SEPARATOR.length()));
    }

    /** As SHOW would give it. @param now what holds where the words say nothing */
    static String parse(String text, String now) throws GucCheckException {
        List<String> words = IdentifierList.parse(text);
        if (words == null) {
            throw new GucCheckException("List syntax is invalid.");
        }
        DateStyle parsed = new DateStyle();
        for (String word : words) {
            parsed.read(word);
        }
        if (parsed.conflict) {
            throw new GucCheckException("Conflicting \"DateStyle\" specifications.");
        }
        String style = parsed.style == null ? now.substring(0, now.indexOf(SEPARATOR)) : parsed.style;
        return style + SEPARATOR + parsed.orderFrom(now);
    }

    private String orderFrom(String now) {
        return order != null ? order : "German".equals(style) ? "DMY" : orderOf(now).name();
    }

    private void read(String word) throws GucCheckException {
        switch (word) {
            case "iso" -> style("ISO");
            case "sql" -> style("SQL");
            case "german" -> style("German");
            case "ymd" -> order("YMD");
            case "dmy" -> order("DMY");
            case "mdy", "us" -> order("MDY");
            case "default" -> {
                style = style == null ? "ISO" : style;
                order = order == null ? "MDY" : order;
            }
            default -> {
                if (word.startsWith("postgres")) {
                    style("Postgres");
                } else if (word.startsWith("euro")) {
                    order("DMY");
                } else if (word.startsWith("noneuro")) {
                    order("MDY");
                } else {
                    throw new GucCheckException("Unrecognized key word: \"" + word + "\".");
                }
            }
        }
    }

    private void style(String given) {
        conflict |= style != null && !style.equals(given);
        style = given;
    }

    private void order(String given) {
        conflict |= order != null && !order.equals(given);
        order = given;
    }
}
