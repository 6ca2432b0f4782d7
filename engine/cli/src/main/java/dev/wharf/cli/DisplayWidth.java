package dev.wharf.cli;

/** How many terminal columns text takes: {@code pg_wcswidth}, near enough. */
final class DisplayWidth {
    /** First and last code points of the ranges that take two columns: East Asian Wide and Fullwidth, and emoji. */
    private static final int[] WIDE = {0x1100, 0x115f, 0x2e80, 0x303e, 0x3041, 0xa4cf, 0xa960, 0xa97c, 0xac00, 0xd7a3, 0xf900,
        0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe6f, 0xff00, 0xff60, 0xffe0, 0xffe6, 0x1f300, 0x1f64f, 0x1f900, 0x1f9ff, 0x20000,
        0x3fffd};

    private DisplayWidth() {
    }

    static int of(String text) {
        int width = 0;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            width += of(codePoint);
            i += Character.charCount(codePoint);
        }
        return width;
    }

    static int of(int codePoint) {
        if (codePoint < 0x300) {
            return 1;
        }
        switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> {
                return 0;
            }
            default -> {
                for (int i = 0; i < WIDE.length; i += 2) {
                    if (codePoint >= WIDE[i] && codePoint <= WIDE[i + 1]) {
                        return 2;
                    }
                }
                return 1;
            }
        }
    }
}
