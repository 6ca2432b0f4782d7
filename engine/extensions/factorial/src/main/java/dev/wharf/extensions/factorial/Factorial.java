package dev.wharf.extensions.factorial;

import dev.wharf.core.extension.Extension;
import dev.wharf.core.extension.ExtensionContext;
import dev.wharf.core.guc.GucContext;
import dev.wharf.core.guc.GucDefinition;
import dev.wharf.core.guc.GucHooks;
import dev.wharf.core.guc.IntVariable;
import dev.wharf.shmem.LWLockAlgorithm;
import dev.wharf.shmem.SegmentConfig.OwnerDeath;
import dev.wharf.shmem.bgworker.BackgroundWorker;
import java.util.List;

/** {@code SET factorial.n = 1000; SHOW factorial.answer}: a background worker computes it. */
public final class Factorial implements Extension {
    /** The digits of this one's factorial take a worker some seconds. */
    private static final int LARGEST = 1_000_000;
    private static final int RESTART_SECONDS = 1;

    private FactorialRequests requests;

    public Factorial() {
    }

    @Override
    public void init(ExtensionContext context) {
        IntVariable n = context.defineCustomIntVariable(new GucDefinition("factorial.n",
                "Sets the number whose factorial is shown.", GucContext.USERSET), 20, 0, LARGEST, GucHooks.none());
        context.markGUCPrefixReserved("factorial");
        context.addShmemRequestHook(() -> {
            context.requestAddinShmemSpace(FactorialRequests.SIZE);
            context.requestNamedLWLockTranche(FactorialRequests.NAME, 1, OwnerDeath.CONSISTENT, LWLockAlgorithm.DEFAULT);
        });
        context.addShmemStartupHook((segment, proc) -> requests = new FactorialRequests(segment, proc));
        context.registerBackgroundWorker(new BackgroundWorker("factorial", FactorialWorker.class.getName())
                .withLibrary(context.library()).withRestartTime(RESTART_SECONDS));
        context.addShow("factorial.answer", List.of("factorial"),
                () -> List.of(List.of(new FactorialClient(requests).factorial(n.get()).toString())));
        context.addShow("factorial.counts", List.of("asked", "answered"),
                () -> List.of(List.of(Long.toString(requests.asked()), Long.toString(requests.answered()))));
    }
}
