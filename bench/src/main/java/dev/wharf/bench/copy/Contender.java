package dev.wharf.bench.copy;

/** Who is measured, in the order in which each round runs them. */
public enum Contender {
    WHARF_WARM("Wharf, warm pool", "wharf", true, true),
    WHARF_WARM_UNLOGGED("Wharf, warm pool, unlogged", "wharf", false, false),
    WHARF_COLD("Wharf, cold command", "wharf", true, true),
    WHARF_COLD_UNLOGGED("Wharf, cold command, unlogged", "wharf", false, false),
    POSTGRES("PostgreSQL, unlogged", "postgres", false, true),
    POSTGRES_TWO("PostgreSQL, unlogged, two COPYs", "postgres", false, false),
    DUCKDB_MEMORY("DuckDB, in memory", "duckdb", false, true),
    DUCKDB_FILE("DuckDB, to its file", "duckdb", true, true);

    private final String label;
    private final String product;
    private final boolean durable;
    private final boolean writesBack;

    Contender(String label, String product, boolean durable, boolean writesBack) {
        this.label = label;
        this.product = product;
        this.durable = durable;
        this.writesBack = writesBack;
    }

    public String label() {
        return label;
    }

    /** As {@code --peers} names it; {@code wharf} for Wharf itself. */
    public String product() {
        return product;
    }

    /** Whether a load has reached the disk when it is done. */
    public boolean durable() {
        return durable;
    }

    /** Whether COPY TO is measured too: not where it would be the same code on the same data as another's. */
    public boolean writesBack() {
        return writesBack;
    }

    public boolean isWharf() {
        return product.equals("wharf");
    }

    /**
     * Which Wharf this contender is compared with: durable with durable, unlogged with unlogged, for COPY TO the only
     * one there is.
     */
    public Contender wharf(Operation operation, boolean warm) {
        if (operation == Operation.COPY_TO || durable) {
            return warm ? WHARF_WARM : WHARF_COLD;
        }
        return warm ? WHARF_WARM_UNLOGGED : WHARF_COLD_UNLOGGED;
    }
}
