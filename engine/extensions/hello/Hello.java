package hello;

import dev.wharf.core.extension.Extension;
import dev.wharf.core.extension.ExtensionContext;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.WaitEvent;
import dev.wharf.shmem.bgworker.BackgroundWorker;
import dev.wharf.shmem.bgworker.BackgroundWorkerContext;
import dev.wharf.shmem.bgworker.BackgroundWorkerMain;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** A worker that counts seconds in shared memory; SHOW hello.count, in any process, tells how many. */
public final class Hello implements Extension, BackgroundWorkerMain {
    private UnsafeBuffer count;

    @Override
    public void init(ExtensionContext context) {                    // every process, as it opens the data directory
        context.addShmemRequestHook(() -> context.requestAddinShmemSpace(Long.BYTES));
        context.addShmemStartupHook((segment, proc) -> count = count(segment, proc));
        context.addShow("hello.count", List.of("count"), () -> List.of(List.of(Long.toString(count.getLongVolatile(0)))));
        context.registerBackgroundWorker(
                new BackgroundWorker("hello", Hello.class.getName()).withLibrary(context.library()));
    }

    private static UnsafeBuffer count(Segment segment, Proc proc) {
        return segment.buffer(segment.shmemInitStruct(proc, "hello", Long.BYTES));
    }

    @Override
    public void main(BackgroundWorkerContext context) {             // the worker's process
        UnsafeBuffer seconds = count(context.segment(), context.proc());
        while (true) {
            seconds.getAndAddLong(0, 1);
            context.await(1000, WaitEvent.LATCH);                   // ends the worker when it is told to end
        }
    }
}
