package dev.wharf.cli;

import dev.wharf.shmem.ShmemException;
import java.time.Instant;

/** A form in which {@code wharf stat} shows what it has read. Each text ends with a line feed. */
interface StatView {
    String show(StatSnapshot snapshot);

    /** When it cannot be read for the time being. */
    String error(ShmemException e);

    /** What comes before, under {@code --watch}. */
    String heading(Instant now);
}
