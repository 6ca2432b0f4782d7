package dev.wharf.nativetests.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes a case smaller as long as it still shows a difference: fewer options, fewer bytes, plainer bytes. */
final class Shrinker {
    private static final int MAX_TRIES = 3000;

    /** Whether a case shows a difference. */
    interface Differs {
        boolean test(FuzzCase c) throws Exception;
    }

    private final Differs differs;
    private FuzzCase smallest;
    private int tries;

    private Shrinker(FuzzCase start, Differs differs) {
        smallest = start;
        this.differs = differs;
    }

    static FuzzCase shrink(FuzzCase start, Differs differs) throws Exception {
        Shrinker shrinker = new Shrinker(start, differs);
        FuzzCase before;
        do {
            before = shrinker.smallest;
            shrinker.statements();
            shrinker.pieces("\n\r");
            shrinker.pieces("\n\r,|;\t ");
            shrinker.bytes();
            shrinker.plainerBytes();
        } while (!before.equals(shrinker.smallest) && shrinker.tries < MAX_TRIES);
        return shrinker.smallest;
    }

    private boolean accept(FuzzCase smaller) throws Exception {
        if (smaller.equals(smallest) || tries >= MAX_TRIES) {
            return false;
        }
        tries++;
        if (differs.test(smaller)) {
            smallest = smaller;
            return true;
        }
        return false;
    }

    private void statements() throws Exception {
        accept(smallest.withToOptions(null));
        accept(smallest.withColumns(""));
        for (int i = smallest.fromOptions().size() - 1; i >= 0; i--) {
            accept(smallest.withFromOptions(without(smallest.fromOptions(), i)));
        }
        for (int i = smallest.toOptions() == null ? -1 : smallest.toOptions().size() - 1; i >= 0; i--) {
            accept(smallest.withToOptions(without(smallest.toOptions(), i)));
        }
    }

    private static List<String> without(List<String> list, int index) {
        List<String> shorter = new ArrayList<>(list);
        shorter.remove(index);
        return shorter;
    }

    /** Takes out what is between two separators, with the second: lines, fields. */
    private void pieces(String separators) throws Exception {
        int end = smallest.data().length;
        while (end > 0) {
            int start = end - 1;
            while (start > 0 && separators.indexOf(smallest.data()[start - 1]) < 0) {
                start--;
            }
            accept(smallest.withData(without(smallest.data(), start, end)));
            end = start;
        }
    }

    /** Takes out ever smaller parts. */
    private void bytes() throws Exception {
        for (int size = Math.max(1, smallest.data().length / 2); size >= 1; size /= 2) {
            for (int end = smallest.data().length; end >= size; end -= size) {
                accept(smallest.withData(without(smallest.data(), end - size, end)));
            }
        }
    }

    private static byte[] without(byte[] data, int from, int to) {
        byte[] shorter = Arrays.copyOf(data, data.length - (to - from));
        System.arraycopy(data, to, shorter, from, data.length - to);
        return shorter;
    }

    private void plainerBytes() throws Exception {
        for (int i = 0; i < smallest.data().length; i++) {
            for (byte plain : new byte[] {'a', '1'}) {
                byte[] data = smallest.data().clone();
                if (data[i] == plain || data[i] == 'a') {
                    break;
                }
                data[i] = plain;
                if (accept(smallest.withData(data))) {
                    break;
                }
            }
        }
    }
}
