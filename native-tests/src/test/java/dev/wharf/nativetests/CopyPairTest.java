package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests that have Wharf, with workers that are warm, and PostgreSQL do the same: one pair for a class. */
abstract class CopyPairTest {
    static final int WORKERS = 4;

    @TempDir
    static Path temporary;
    static CopyPair pair;

    @BeforeAll
    static void start() throws IOException, SQLException {
        pair = new CopyPair(temporary.resolve("data"));
        pair.startWorkers(WORKERS);
    }

    @AfterAll
    static void stop() throws IOException, SQLException {
        if (pair != null) {
            pair.close();
            pair = null;
        }
    }

    /** Loads the file that was written last, and expects what came of it in PostgreSQL. */
    static void loadsAlike(Outcome expected, String columns, String options, Mode mode, Supplier<String> what) {
        assertEquals(expected.toString(), pair.loadWharf(columns, options, mode).toString(), () -> what.get() + ", " + mode);
    }
}
