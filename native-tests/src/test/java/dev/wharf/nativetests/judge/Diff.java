package dev.wharf.nativetests.judge;

import java.util.ArrayList;
import java.util.List;

/** Two lists of lines as one: what only the first has behind {@code -}, what only the second has behind {@code +}. */
final class Diff {
    private Diff() {
    }

    static String of(List<String> first, List<String> second) {
        int[][] common = new int[first.size() + 1][second.size() + 1];
        for (int i = first.size() - 1; i >= 0; i--) {
            for (int j = second.size() - 1; j >= 0; j--) {
                common[i][j] = first.get(i).equals(second.get(j)) ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> out = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < first.size() || j < second.size()) {
            if (i < first.size() && j < second.size() && first.get(i).equals(second.get(j))) {
                out.add("  " + first.get(i++));
                j++;
            } else if (j == second.size() || i < first.size() && common[i + 1][j] >= common[i][j + 1]) {
                out.add("- " + first.get(i++));
            } else {
                out.add("+ " + second.get(j++));
            }
        }
        return String.join("\n", out);
    }
}
