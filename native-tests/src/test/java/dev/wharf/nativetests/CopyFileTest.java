package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Tests that load a file in every way that a COPY may be cut into tasks, and expect what came of it in PostgreSQL. */
abstract class CopyFileTest extends CopyPairTest {
    /** @param options all of them, or those beside FORMAT csv: see {@link CopyPair#with} */
    record Case(String name, String table, String columns, String options, byte[] data) {
        Case(String name, String table, String options, String data) {
            this(name, table, "", options, data.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Outcome load(Case file) throws IOException, SQLException {
        pair.write(file.data);
        return pair.loadPostgres(file.columns, file.options);
    }

    static List<Mode> modes(int... taskBytes) {
        List<Mode> modes = new ArrayList<>();
        modes.add(Mode.SERIAL);
        for (int bytes : taskBytes) {
            modes.add(new Mode(0, true, bytes));
            for (int workers : new int[] {1, 2, 3, 4}) {
                modes.add(new Mode(workers, workers % 2 != 0, bytes));
            }
        }
        return modes;
    }

    /** In every mode with the smallest tasks, which begin at every byte, and with longer ones that begin at many. */
    static void everywhere(Case file, Outcome expected) {
        for (Mode mode : modes(1, 2, 7)) {
            check(file, expected, mode);
        }
        for (int boundary = 3; boundary <= Math.min(file.data.length, 120); boundary += file.data.length < 60 ? 1 : 3) {
            check(file, expected, new Mode(2, false, boundary));
        }
    }

    static void check(Case file, Outcome expected, Mode mode) {
        loadsAlike(expected, file.columns, file.options, mode, file::toString);
    }

    /**
     * Loads a file that PostgreSQL refuses.
     *
     * @param bytes its bytes as characters
     * @param n     varies the modes from call to call
     */
    static void fails(String name, String columns, String options, String bytes, int n) throws IOException, SQLException {
        byte[] data = bytes.getBytes(StandardCharsets.ISO_8859_1);
        pair.write(data);
        Outcome expected = pair.loadPostgres(columns, options);
        assertNotNull(expected.failure(), () -> "PostgreSQL refuses it: " + name + "\n" + bytes);
        int large = 2 + n % Math.max(1, data.length - 1);
        for (Mode mode : List.of(Mode.SERIAL, new Mode(1 + n % WORKERS, n % 2 == 0, 1),
                new Mode(2, false, n % 3 == 0 ? large : 1 + n % 11))) {
            loadsAlike(expected, columns, options, mode, () -> name + "\n" + bytes);
        }
    }

    /** The UTF-8 of a text, a character for each byte. */
    static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
