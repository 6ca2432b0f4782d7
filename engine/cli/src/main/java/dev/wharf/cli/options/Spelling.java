package dev.wharf.cli.options;

import java.util.List;

/** The word that was probably meant. */
public final class Spelling {
    private static final int MOST_EDITS = 2;

    private Spelling() {
    }

    /** {@code ": did you mean x?"} for the nearest of the known words, or nothing if none is near. */
    public static String didYouMean(String word, List<String> known) {
        String nearest = null;
        int least = MOST_EDITS + 1;
        for (String candidate : known) {
            int edits = word.length() > 3 && candidate.startsWith(word) ? 1 : edits(word, candidate);
            if (edits < least && 2 * edits < candidate.length()) {
                least = edits;
                nearest = candidate;
            }
        }
        return nearest == null ? "" : ": did you mean " + nearest + "?";
    }

    /** Insertions, deletions, replacements and swaps of neighbours that make one of the other. */
    private static int edits(String a, String b) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                edits[i][j] = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[a.length()][b.length()];
    }
}
