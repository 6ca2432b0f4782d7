package dev.wharf.nativetests.judge;

import java.io.IOException;
import java.sql.SQLException;

/** What runs the statements of a test file. One thread at a time. */
interface Engine {
    /** The file that a step's input is written to. */
    String INPUT_FILE = "in";

    /** Takes away all tables and settings. */
    void reset() throws SQLException;

    Outcome run(Step step) throws IOException, SQLException;
}
