package dev.wharf.cli;

/**
 * How well a quote and an escape fit a text: a quote should open where a field begins, and close where one ends.
 *
 * @param fields  that are in quotes from their beginning to their end
 * @param faults  quotes that stand elsewhere, one that is not closed among them
 * @param stray   where the first of these is, -1 if there is none
 * @param escaped where the first quote behind an escape is that is not itself a quote, -1 if there is none
 */
record QuoteScan(int fields, int faults, int stray, int escaped) {
    /** An open quote with more behind it than that is taken for one that is never closed. */
    static final int FAR = 64 << 10;

    /** @param bounds all that may stand between fields, line ends left out */
    static QuoteScan of(String text, int start, boolean whole, String bounds, char quote, char escape) {
        int fields = 0;
        int faults = 0;
        int stray = -1;
        int escaped = -1;
        int n = text.length();
        int at = start;
        while (true) {
            int open = text.indexOf(quote, at);
            if (open < 0) {
                return new QuoteScan(fields, faults, stray, escaped);
            }
            int close = open + 1;
            while (close < n) {
                char c = text.charAt(close);
                char next = close + 1 < n ? text.charAt(close + 1) : 0;
                if (c == escape && close + 1 < n && (next == quote || next == escape)) {
                    if (escape != quote && next == quote && escaped < 0) {
                        escaped = close + 1;
                    }
                    close += 2;
                } else if (c == quote) {
                    break;
                } else {
                    close++;
                }
            }
            boolean opens = open == start || isBound(text.charAt(open - 1), bounds) || open == 1 && text.charAt(0) == '\ufeff';
            boolean closes = close < n ? close + 1 == n || isBound(text.charAt(close + 1), bounds) : !whole && n - open < FAR;
            if (opens && closes) {
                fields += close < n ? 1 : 0;
            } else {
                faults++;
                stray = stray < 0 ? opens && close < n ? close : open : stray;
            }
            at = close + 1;
        }
    }

    private static boolean isBound(char c, String bounds) {
        return c == '\n' || c == '\r' || bounds.indexOf(c) >= 0;
    }
}
