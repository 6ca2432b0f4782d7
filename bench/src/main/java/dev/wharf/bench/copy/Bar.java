package dev.wharf.bench.copy;

import java.util.List;

/**
 * A speed that the project holds itself to: how many times faster than a peer, both in the same run, on lineitem at
 * scale 1. Durable loads are compared with durable ones, unlogged with unlogged.
 *
 * @param least what must hold
 * @param goal  what is aimed at
 */
record Bar(String name, Operation operation, boolean warm, Contender peer, double least, double goal) {
    static final List<Bar> ALL = List.of(
            new Bar("COPY FROM, warm pool, against PostgreSQL", Operation.COPY_FROM, true, Contender.POSTGRES, 10, 20),
            new Bar("COPY FROM, warm pool, against DuckDB to its file", Operation.COPY_FROM, true,
                    Contender.DUCKDB_FILE, 4, 10),
            new Bar("COPY FROM, cold command, against PostgreSQL", Operation.COPY_FROM, false, Contender.POSTGRES, 6,
                    12),
            new Bar("COPY TO, warm pool, against PostgreSQL", Operation.COPY_TO, true, Contender.POSTGRES, 5, 15));

    Contender wharf() {
        return peer.wharf(operation, warm);
    }

    /** @param times NaN where it was not measured */
    String verdict(double times) {
        if (Double.isNaN(times)) {
            return "not measured";
        }
        return times >= goal ? "goal met" : times >= least ? "met" : "MISSED";
    }
}
