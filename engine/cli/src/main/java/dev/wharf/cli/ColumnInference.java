package dev.wharf.cli;

import dev.wharf.core.types.DateOrder;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.PgType.Kind;
import java.util.EnumSet;
import java.util.regex.Pattern;

/**
 * The narrowest type that takes every value of a column's sample and gives it back as it was written, but that dates come back
 * year first. What a number type would rewrite (a leading zero or plus sign, blanks) is text.
 */
final class ColumnInference {
    /** What a value may be. */
    enum Form { BOOL, INTEGER, DECIMAL, FLOAT, DATE, TIMESTAMP, TIMESTAMPTZ, UUID }

    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]*");
    private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]*)\\.([0-9]+)");
    private static final Pattern FLOAT = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?|NaN|-?Infinity");
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern ZERO_OR_SIGN = Pattern.compile("[+-]?0[0-9]+(\\.[0-9]*)?|\\+[0-9]+(\\.[0-9]*)?");
    private static final int MAX_SHOWN = 30;
    /** Digits that survive a trip through double precision, whatever they are. */
    private static final int DOUBLE_DIGITS = 15;
    private static final int BIGINT_SURE_DIGITS = 18;
    /** Digits left free before the point beside those seen. */
    private static final int NUMERIC_ROOM = 6;
    private static final int NUMERIC_SCALE_ROOM = 4;

    private EnumSet<Form> possible = EnumSet.allOf(Form.class);
    private long values;
    private boolean fitsInt = true;
    private boolean fitsBigint = true;
    private int integerDigits;
    private int minScale = Integer.MAX_VALUE;
    private int maxScale;
    private String example;
    /** The first value that no type takes which took those before, its row, and what those could be. */
    private String spoiler;
    private long spoilerRow;
    private EnumSet<Form> before;
    /** Of dates with the year last: how all can be read, and the first that can be read in one way only. */
    private EnumSet<DateOrder> orders = EnumSet.of(DateOrder.DMY, DateOrder.MDY);
    private boolean yearLast;
    private String teller;
    private long tellerRow;

    /** Takes a value that is not NULL. @param row its number, from 1 on */
    void add(CsvRows.Field field, long row) {
        String text = field.text();
        if (values++ == 0) {
            example = text;
        }
        if (possible.isEmpty()) {
            return;
        }
        EnumSet<Form> forms = forms(text);
        if (!possible.stream().anyMatch(forms::contains)) {
            spoiler = text;
            spoilerRow = row;
            before = EnumSet.copyOf(possible);
        }
        possible.retainAll(forms);
        if (possible.contains(Form.DECIMAL)) {
            measure(text);
        } else if (possible.contains(Form.TIMESTAMP) || possible.contains(Form.TIMESTAMPTZ)) {
            order(text, row);
        }
    }

    private void order(String date, long row) {
        EnumSet<DateOrder> its = DateForm.of(date).orders();
        if (its == null) {
            return;
        }
        yearLast = true;
        if (teller == null && its.size() == 1) {
            teller = date;
            tellerRow = row;
        }
        orders.retainAll(its);
        if (orders.isEmpty()) {
            spoiler = date;
            spoilerRow = row;
            before = EnumSet.copyOf(possible);
            possible.clear();
        }
    }

    private void measure(String text) {
        int point = text.indexOf('.');
        int sign = text.startsWith("-") ? 1 : 0;
        int scale = point < 0 ? 0 : text.length() - point - 1;
        minScale = Math.min(minScale, scale);
        maxScale = Math.max(maxScale, scale);
        int digits = (point < 0 ? text.length() : point) - sign;
        integerDigits = Math.max(integerDigits, digits);
        if (point < 0) {
            if (digits > BIGINT_SURE_DIGITS) {
                fitsInt = false;
                fitsBigint = fitsBigint && new java.math.BigInteger(text).bitLength() < Long.SIZE;
            } else if (fitsInt) {
                long value = Long.parseLong(text);
                fitsInt = value == (int) value;
            }
        }
    }

    /** All that a value may be; empty where it is only text. */
    static EnumSet<Form> forms(String text) {
        EnumSet<Form> forms = EnumSet.noneOf(Form.class);
        if (text.isEmpty() || text.length() > 64) {
            return forms;
        }
        switch (text) {
            case "t", "f", "true", "false" -> forms.add(Form.BOOL);
            default -> { }
        }
        char first = text.charAt(0);
        if (first >= '0' && first <= '9' || first == '-' || first == 'N' || first == 'I') {
            if (INTEGER.matcher(text).matches()) {
                forms.addAll(EnumSet.of(Form.INTEGER, Form.DECIMAL, Form.FLOAT));
            } else if (DECIMAL.matcher(text).matches()) {
                forms.add(Form.DECIMAL);
                forms.add(Form.FLOAT);
            } else if (FLOAT.matcher(text).matches() && isFiniteAsWritten(text)) {
                forms.add(Form.FLOAT);
            } else {
                dateTime(text, forms);
            }
        }
        if (UUID.matcher(text).matches()) {
            forms.add(Form.UUID);
        }
        return forms;
    }

    private static boolean isFiniteAsWritten(String text) {
        return text.endsWith("N") || text.endsWith("y") || !Double.isInfinite(Double.parseDouble(text));
    }

    private static void dateTime(String text, EnumSet<Form> forms) {
        DateForm date = DateForm.of(text);
        if (date != null) {
            forms.add(date.form());
            if (date.form() == Form.DATE) {
                forms.add(Form.TIMESTAMP);
            }
        }
    }

    /** Whether a value of the first row could stand in this column. */
    boolean accepts(CsvRows.Field field) {
        if (field.isNull() || possible.isEmpty() || values == 0) {
            return true;
        }
        EnumSet<Form> forms = forms(field.text());
        forms.retainAll(possible);
        return !forms.isEmpty();
    }

    /** Whether its type says something: not for text, nor where there was no value. */
    boolean isTyped() {
        return values > 0 && !possible.isEmpty();
    }

    /** Whether it has dates that are read by an order. */
    boolean hasYearLast() {
        return yearLast && !possible.isEmpty();
    }

    /** In which they can all be read. */
    EnumSet<DateOrder> orders() {
        return orders;
    }

    /** The value that tells the order, for people; null if there is none. */
    String teller() {
        return teller == null ? null : "\"" + clip(teller) + "\" in row " + tellerRow;
    }

    /**
     * @param whole whether these are all values of the file; if not, some room is left
     * @param order in which the file's dates are read, null if that is not known
     */
    PgType type(boolean whole, DateOrder order) {
        if (!isTyped() || hasYearLast() && !orders.contains(order)) {
            return PgType.of(Kind.TEXT);
        }
        if (possible.contains(Form.BOOL)) {
            return PgType.of(Kind.BOOL);
        }
        if (possible.contains(Form.INTEGER)) {
            if (!fitsBigint) {
                return integerDigits > PgType.MAX_DECIMAL128_PRECISION ? PgType.of(Kind.NUMERIC)
                        : new PgType(Kind.NUMERIC, PgType.MAX_DECIMAL128_PRECISION, 0);
            }
            return PgType.of(whole && fitsInt ? Kind.INT4 : Kind.INT8);
        }
        if (possible.contains(Form.DECIMAL)) {
            return decimal(whole);
        }
        for (Form form : possible) {
            switch (form) {
                case FLOAT -> {
                    return PgType.of(Kind.FLOAT8);
                }
                case DATE -> {
                    return PgType.of(Kind.DATE);
                }
                case TIMESTAMP -> {
                    return PgType.of(Kind.TIMESTAMP);
                }
                case TIMESTAMPTZ -> {
                    return PgType.of(Kind.TIMESTAMPTZ);
                }
                case UUID -> {
                    return PgType.of(Kind.UUID);
                }
                default -> { }
            }
        }
        return PgType.of(Kind.TEXT);
    }

    long values() {
        return values;
    }

    /** The first value; null if there is none. */
    String example() {
        return example;
    }

    /** Why it is this type, for people. @param order in which the file's dates are read, null if that is not known */
    String because(DateOrder order) {
        if (values == 0) {
            return "no value";
        }
        if (spoiler != null) {
            String value = "row " + spoilerRow + ": \"" + clip(spoiler) + "\" ";
            return value + (orders.isEmpty() ? "among " + words(before) + ", day and month in another order"
                    : ZERO_OR_SIGN.matcher(spoiler).matches() ? "as a number would lose its zero or sign"
                    : before.size() == Form.values().length ? "is neither number nor date" : "among " + words(before));
        }
        if (possible.contains(Form.DECIMAL) && !possible.contains(Form.INTEGER)) {
            return minScale == maxScale ? "all have " + maxScale + " decimals" : "all are numbers of " + minScale + " to "
                    + maxScale + " decimals, at most " + (integerDigits + maxScale) + " digits";
        }
        if (hasYearLast()) {
            return order == null ? words(possible) + ", but which is the day, which the month?"
                    : !orders.contains(order) ? "not " + DateForm.words(order) + (teller == null ? "" : ": " + teller())
                    : "all are " + words(possible) + ", " + DateForm.words(order);
        }
        return "all are " + words(possible);
    }

    private static String words(EnumSet<Form> forms) {
        Form first = forms.iterator().next();
        return switch (first) {
            case BOOL -> "t, f, true or false";
            case INTEGER -> "whole numbers";
            case DECIMAL, FLOAT -> "numbers";
            case DATE -> "dates";
            case TIMESTAMP -> "timestamps";
            case TIMESTAMPTZ -> "timestamps with a time zone";
            case UUID -> "UUIDs";
        };
    }

    static String clip(String text) {
        String line = StatText.printable(text.replaceAll("\\s+", " "));
        return line.length() <= MAX_SHOWN ? line : line.substring(0, line.offsetByCodePoints(0,
                line.codePointCount(0, MAX_SHOWN))) + "...";
    }

    /**
     * The same number of decimals everywhere (money): numeric with that scale. A varying one: double precision where it holds
     * every digit, else numeric with decimals to spare.
     */
    private PgType decimal(boolean whole) {
        boolean fixed = minScale == maxScale;
        if (!fixed && integerDigits + maxScale <= DOUBLE_DIGITS) {
            return PgType.of(Kind.FLOAT8);
        }
        int scale = fixed || whole ? maxScale : maxScale + NUMERIC_SCALE_ROOM;
        int precision = Math.max(15, integerDigits + scale + (whole ? 0 : NUMERIC_ROOM));
        if (precision > PgType.MAX_DECIMAL128_PRECISION) {
            precision = Math.max(PgType.MAX_DECIMAL128_PRECISION, integerDigits + scale);
        }
        return precision > PgType.MAX_DECIMAL128_PRECISION ? PgType.of(Kind.NUMERIC)
                : new PgType(Kind.NUMERIC, precision, scale);
    }
}
