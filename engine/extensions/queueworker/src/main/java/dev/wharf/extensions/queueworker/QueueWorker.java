package dev.wharf.extensions.queueworker;

import dev.wharf.shmem.WaitEvent;
import dev.wharf.shmem.bgworker.BackgroundWorkerContext;
import dev.wharf.shmem.bgworker.BackgroundWorkerMain;
import java.util.Locale;

/**
 * A worker: takes a message, does what it says, leaves the result. Messages of two words try what becomes of one whose worker
 * ends in the middle: {@code fail N} throws in its first N attempts, {@code stay N} does not come back from them until the
 * worker is ended. All others are turned into capitals.
 */
public final class QueueWorker implements BackgroundWorkerMain {
    /** Somebody else's death sets no latch. */
    private static final int LOOK_MILLIS = 1000;

    public QueueWorker() {
    }

    @Override
    public void main(BackgroundWorkerContext context) {
        TaskRing ring = new TaskRing(context.segment(), context.proc());
        ring.listen((int) context.mainArg());
        for (;;) {
            TaskRing.Task task = ring.take();
            if (task == null) {
                context.await(LOOK_MILLIS, WaitEvent.LATCH);
            } else {
                ring.done(task, work(context, task));
            }
        }
    }

    private static String work(BackgroundWorkerContext context, TaskRing.Task task) {
        String[] words = task.message().split(" ");
        if (words.length == 2 && words[1].matches("\\d") && task.attempt() <= Integer.parseInt(words[1])) {
            if (words[0].equals("fail")) {
                throw new IllegalStateException("message " + task.id() + " fails in attempt " + task.attempt());
            }
            while (words[0].equals("stay")) {
                context.await(-1, WaitEvent.LATCH);
            }
        }
        return task.message().toUpperCase(Locale.ROOT);
    }
}
