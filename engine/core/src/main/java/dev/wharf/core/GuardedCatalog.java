package dev.wharf.core;

import dev.wharf.core.catalog.Catalog;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.NewSequence;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.catalog.Sequence;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** A catalog that is not closed in the middle of a call. @throws dev.wharf.core.error.PgError if the session is over */
final class GuardedCatalog implements Catalog {
    private final Catalog catalog;
    private final SessionInterrupts interrupts;

    GuardedCatalog(Catalog catalog, SessionInterrupts interrupts) {
        this.catalog = catalog;
        this.interrupts = interrupts;
    }

    private <T> T guarded(Supplier<T> call) {
        try (SessionInterrupts.Statement _ = interrupts.begin()) {
            return call.get();
        }
    }

    private void run(Runnable call) {
        guarded(() -> {
            call.run();
            return null;
        });
    }

    @Override
    public Relation lookup(String name) {
        return guarded(() -> catalog.lookup(name));
    }

    @Override
    public List<Relation> relations() {
        return guarded(catalog::relations);
    }

    @Override
    public Relation create(String name, List<Column> columns, boolean unlogged, List<NewSequence> sequences) {
        return guarded(() -> catalog.create(name, columns, unlogged, sequences));
    }

    @Override
    public void drop(String name) {
        run(() -> catalog.drop(name));
    }

    @Override
    public void truncate(String name) {
        run(() -> catalog.truncate(name));
    }

    @Override
    public List<Sequence> sequences() {
        return guarded(catalog::sequences);
    }

    @Override
    public Sequence createSequence(String name, Sequence options, String ownerTable, String ownerColumn) {
        return guarded(() -> catalog.createSequence(name, options, ownerTable, ownerColumn));
    }

    @Override
    public void dropSequences(List<Sequence> sequences) {
        run(() -> catalog.dropSequences(sequences));
    }

    @Override
    public Sequence.State state(Sequence sequence) {
        return guarded(() -> catalog.state(sequence));
    }

    @Override
    public Sequence.State take(Sequence sequence, ToLongFunction<Sequence.State> count) {
        return guarded(() -> catalog.take(sequence, count));
    }

    @Override
    public void restart(Sequence sequence) {
        run(() -> catalog.restart(sequence));
    }

    @Override
    public Size size(Relation relation) {
        return guarded(() -> catalog.size(relation));
    }
}
