package dev.wharf.core.extension;

/**
 * What a library in {@code shared_preload_libraries} implements, with a public constructor without parameters. Each process
 * that opens the data directory loads it.
 */
@FunctionalInterface
public interface Extension {
    /**
     * PostgreSQL's {@code _PG_init}: installs hooks, defines parameters, registers workers. There is no shared memory yet.
     *
     * @throws Exception which keeps the data directory from being opened
     */
    void init(ExtensionContext context) throws Exception;
}
