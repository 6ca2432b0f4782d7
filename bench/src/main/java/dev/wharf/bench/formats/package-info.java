/** The same rows in every form that COPY knows: Wharf's time beside PostgreSQL's. Begin with {@code FormsBenchmark}. */
package dev.wharf.bench.formats;
