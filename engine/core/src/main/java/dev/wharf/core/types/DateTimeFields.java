package dev.wharf.core.types;

import static dev.wharf.core.types.InputErrors.isDigit;
import static dev.wharf.core.types.InputErrors.isSpace;
import static dev.wharf.core.types.InputErrors.toLower;

/**
 * A date or time split into fields, as {@code ParseDateTime} does: each in lower case and ended by a zero byte in
 * {@link #text}, from {@link #start}{@code [i]}, of the kind {@link #type}{@code [i]}.
 */
final class DateTimeFields {
    /** Digits, perhaps with a decimal point. */
    static final int NUMBER = 0;
    /** Letters only. */
    static final int STRING = 1;
    /** Digits and delimiters, with or without a month's name; or a zone's name with punctuation. */
    static final int DATE = 2;
    /** Digits and colons. */
    static final int TIME = 3;
    /** A sign and digits. */
    static final int TZ = 4;
    /** A sign and letters. */
    static final int SPECIAL = 5;

    static final int MAX_FIELDS = 25;
    private static final int MAX_LENGTH = 128;
    /** Capacities of the work space, which limit what input is taken as well-formed. */
    static final int DATE_CAPACITY = MAX_LENGTH + 1;
    static final int TIMESTAMP_CAPACITY = MAX_LENGTH + MAX_FIELDS;
    static final int INTERVAL_CAPACITY = 256;

    final byte[] text = new byte[INTERVAL_CAPACITY + MAX_FIELDS + 2];
    final int[] start = new int[MAX_FIELDS];
    final int[] type = new int[MAX_FIELDS];
    int count;

    private final int capacity;
    private byte[] source;
    private int at;
    private int end;
    private int length;

    DateTimeFields(int capacity) {
        this.capacity = capacity;
    }

    /** Splits the input; false if it cannot be one. */
    boolean split(byte[] input, int offset, int inputLength) {
        source = input;
        at = offset;
        end = offset + inputLength;
        length = 0;
        count = 0;
        while (at < end) {
            int c = source[at];
            if (isSpace(c)) {
                at++;
                continue;
            }
            if (count >= MAX_FIELDS) {
                return false;
            }
            start[count] = length;
            int kind = isDigit(c) ? digits() : c == '.' ? fraction() : isAlpha(c) ? word()
                    : c == '+' || c == '-' ? signed() : isPunctuation(c) ? SKIPPED : FAILED;
            if (kind == SKIPPED) {
                at++;
                continue;
            }
            if (kind == FAILED) {
                return false;
            }
            type[count++] = kind;
            text[length++] = 0;
        }
        return true;
    }

    private static final int FAILED = -1;
    private static final int SKIPPED = -2;

    /** Takes one byte; false if there is no room. */
    private boolean take() {
        if (length + 1 >= capacity) {
            return false;
        }
        text[length++] = (byte) toLower(source[at++]);
        return true;
    }

    private boolean takeDigits() {
        while (at < end && isDigit(source[at])) {
            if (!take()) {
                return false;
            }
        }
        return true;
    }

    private boolean takeLetters() {
        while (at < end && isAlpha(source[at])) {
            if (!take()) {
                return false;
            }
        }
        return true;
    }

    private int peek() {
        return at < end ? source[at] : 0;
    }

    private int digits() {
        if (!takeDigits()) {
            return FAILED;
        }
        int delimiter = peek();
        if (delimiter == ':') {
            while (isDigit(peek()) || peek() == ':' || peek() == '.') {
                if (!take()) {
                    return FAILED;
                }
            }
            return TIME;
        }
        if (delimiter != '-' && delimiter != '/' && delimiter != '.') {
            return NUMBER;
        }
        if (!take()) {
            return FAILED;
        }
        if (!isDigit(peek())) {
            while (isDigit(peek()) || isAlpha(peek()) || peek() == delimiter) {
                if (!take()) {
                    return FAILED;
                }
            }
            return DATE;
        }
        if (!takeDigits()) {
            return FAILED;
        }
        if (peek() != delimiter) {
            return delimiter == '.' ? NUMBER : DATE;
        }
        while (isDigit(peek()) || peek() == delimiter) {
            if (!take()) {
                return FAILED;
            }
        }
        return DATE;
    }

    private int fraction() {
        return take() && takeDigits() ? NUMBER : FAILED;
    }

    private int word() {
        if (!takeLetters()) {
            return FAILED;
        }
        int c = peek();
        boolean goesOn = c == '-' || c == '/' || c == '.';
        if (c == '+' || isDigit(c)) {
            // "t0405" is a word and a number, "etc5" the start of a zone's name
            goesOn = DateTimeKeywords.WORDS.find(text, start[count], length) == null;
        }
        if (!goesOn) {
            return STRING;
        }
        do {
            if (!take()) {
                return FAILED;
            }
            c = peek();
        } while (c == '+' || c == '-' || c == '/' || c == '_' || c == '.' || c == ':' || isDigit(c) || isAlpha(c));
        return DATE;
    }

    private int signed() {
        if (!take()) {
            return FAILED;
        }
        while (isSpace(peek())) {
            at++;
        }
        if (isDigit(peek())) {
            while (isDigit(peek()) || peek() == ':' || peek() == '.' || peek() == '-') {
                if (!take()) {
                    return FAILED;
                }
            }
            return TZ;
        }
        if (isAlpha(peek())) {
            return takeLetters() ? SPECIAL : FAILED;
        }
        return FAILED;
    }

    /** Where field {@code i} ends: at its zero byte. */
    int end(int i) {
        return endFrom(start[i]);
    }

    int endFrom(int position) {
        int stop = position;
        while (text[stop] != 0) {
            stop++;
        }
        return stop;
    }

    static boolean isAlpha(int c) {
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'z';
    }

    private static boolean isPunctuation(int c) {
        return c > ' ' && c < 0x7F && !isAlpha(c) && !isDigit(c);
    }
}
