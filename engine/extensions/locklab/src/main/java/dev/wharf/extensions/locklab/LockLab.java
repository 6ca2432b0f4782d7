package dev.wharf.extensions.locklab;

import dev.wharf.core.extension.Extension;
import dev.wharf.core.extension.ExtensionContext;
import dev.wharf.core.guc.ConfigEnumEntry;
import dev.wharf.core.guc.EnumVariable;
import dev.wharf.core.guc.GucContext;
import dev.wharf.core.guc.GucDefinition;
import dev.wharf.core.guc.GucHooks;
import dev.wharf.core.guc.IntVariable;
import dev.wharf.shmem.CounterStatus;
import dev.wharf.shmem.LWLockAlgorithm;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.bgworker.BackgroundWorker;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Workers that do nothing but take one lock; {@code SHOW locklab.report} and {@code wharf stat} show what comes of it. */
public final class LockLab implements Extension {
    /** Of the struct, and of the tranche. */
    static final String NAME = "locklab";
    /** Of the counters. */
    static final int COUNTER_TYPE = 0x10c_1ab;
    private static final int MOST_WORKERS = 64;
    private static final int LONGEST_HOLD = 1_000_000_000;

    /** Of this process, as its workers' code reads them. */
    private static IntVariable writers;
    private static IntVariable hold;

    private ExtensionContext context;
    private Segment segment;

    public LockLab() {
    }

    @Override
    public void init(ExtensionContext extensionContext) {
        context = extensionContext;
        IntVariable workers = number("workers", "Sets the number of processes that contend.", GucContext.POSTMASTER, 2,
                MOST_WORKERS);
        writers = number("writers", "Sets how many of a hundred acquires are exclusive.", GucContext.SIGHUP, 10, 100);
        hold = number("hold", "Sets for how many nanoseconds the lock is held.", GucContext.SIGHUP, 100, LONGEST_HOLD);
        IntVariable acquires = number("acquires", "Sets how often each process takes the lock; 0 is without end.",
                GucContext.POSTMASTER, 1_000_000, Integer.MAX_VALUE);
        List<ConfigEnumEntry> algorithms = ConfigEnumEntry.of(Arrays.stream(LWLockAlgorithm.values())
                .map(algorithm -> algorithm.name().toLowerCase(Locale.ROOT)).toArray(String[]::new));
        EnumVariable algorithm = context.defineCustomEnumVariable(definition("algorithm", "Selects who gets the lock next.",
                GucContext.POSTMASTER),
                LWLockAlgorithm.DEFAULT.name().toLowerCase(Locale.ROOT), algorithms, GucHooks.none());
        context.markGUCPrefixReserved(NAME);
        context.addShmemRequestHook(() -> {
            context.requestAddinShmemSpace(LockLabWorker.SIZE);
            context.requestNamedLWLockTranche(NAME, 1, OwnerDeath.CONSISTENT,
                    LWLockAlgorithm.valueOf(algorithm.get().toUpperCase(Locale.ROOT)));
        });
        context.addShmemStartupHook((opened, proc) -> segment = opened);
        for (int i = 0; i < workers.get(); i++) {
            byte[] extra = ByteBuffer.allocate(Long.BYTES).putLong(acquires.get()).array();
            context.registerBackgroundWorker(new BackgroundWorker("locklab " + i, LockLabWorker.class.getName())
                    .withType(NAME).withLibrary(context.library()).withMainArg(i).withExtra(extra));
        }
        context.addShow("locklab.report", List.of("counter", "pid", "value"), this::report);
    }

    /** Of a hundred acquires, how many are exclusive. */
    static int writers() {
        return writers.get();
    }

    /** Nanoseconds. */
    static int hold() {
        return hold.get();
    }

    private IntVariable number(String name, String shortDesc, GucContext when, int bootValue, int most) {
        return context.defineCustomIntVariable(definition(name, shortDesc, when), bootValue, 0, most, GucHooks.none());
    }

    /** Those of POSTMASTER say what is registered; it is from then on. */
    private static GucDefinition definition(String name, String shortDesc, GucContext when) {
        return new GucDefinition(NAME + "." + name, shortDesc, when);
    }

    private List<List<String>> report() {
        return segment.counters().list().stream().filter(counter -> counter.typeId() == COUNTER_TYPE).map(LockLab::row).toList();
    }

    private static List<String> row(CounterStatus counter) {
        return List.of(counter.label(), Long.toString(counter.pid()), Long.toString(counter.value()));
    }
}
