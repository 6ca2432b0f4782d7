package dev.wharf.core.copy;

/** The tasks of a COPY: all there from the beginning, or coming. */
interface TaskSupply {
    /** Tasks there are when the COPY begins. */
    long tasks();

    /** The queue is open: more may be added. */
    void begin();

    /** Whether all tasks are there: what the queue has from now on is the number. */
    boolean complete();

    /** Whether there is, or has come by now, enough for workers to be forked. */
    boolean pays(CopyTuning tuning);

    /** A number that is known, of a COPY for which it was decided whether it has workers. */
    record Fixed(long tasks) implements TaskSupply {
        @Override
        public void begin() {
        }

        @Override
        public boolean complete() {
            return true;
        }

        @Override
        public boolean pays(CopyTuning tuning) {
            return true;
        }
    }
}
