package dev.wharf.nativetests;

import java.io.IOException;

/** The machine's own programs. */
final class Tools {
    private Tools() {
    }

    /** Whether a command can be run here and ends well. */
    static boolean works(String... command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .waitFor() == 0;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
