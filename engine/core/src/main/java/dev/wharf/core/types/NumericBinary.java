package dev.wharf.core.types;

/**
 * What the binary form of numeric is made of: base-10000 digits, and signs that are more than signs.
 *
 * @param text  a special value's
 * @param scale what PostgreSQL sends for one: bits of its storage
 */
record NumericBinary(String text, int sign, int scale) {
    static final int NEGATIVE = 0x4000;
    static final int BASE = 10_000;
    static final int SCALE_MASK = 0x3FFF;

    private static final NumericBinary[] SPECIAL = {new NumericBinary("NaN", 0xC000, 0),
        new NumericBinary("Infinity", 0xD000, 32), new NumericBinary("-Infinity", 0xF000, 32)};

    /** Null if the text is a number. */
    static NumericBinary special(String text) {
        for (NumericBinary special : SPECIAL) {
            if (special.text.equals(text)) {
                return special;
            }
        }
        return null;
    }

    /** Null if the sign is one. */
    static NumericBinary special(int sign) {
        for (NumericBinary special : SPECIAL) {
            if (special.sign == sign) {
                return special;
            }
        }
        return null;
    }

    /** Four decimal digits as one. */
    static int group(String digits, int index) {
        return Integer.parseInt(digits, 4 * index, 4 * index + 4, 10);
    }
}
