import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.SegmentConfig;

/** Adds to a counter that all processes share. Arguments: the segment's file, how many times. */
void main(String[] args) {
    var tranche = new SegmentConfig.Tranche("Counter", 1, SegmentConfig.OwnerDeath.CONSISTENT);
    var segment = Segment.open(Path.of(args[0]), new SegmentConfig(1 << 20, List.of(tranche), 64));
    try (segment; var proc = segment.attachProc("counter")) {
        var lock = segment.lwLock("Counter", 0);
        var counter = segment.buffer(segment.shmemInitStruct(proc, "counter", Long.BYTES));
        for (int i = Integer.parseInt(args[1]); i > 0; i--) {
            lock.acquire(proc, LWLockMode.EXCLUSIVE);
            counter.putLong(0, counter.getLong(0) + 1);
            lock.release(proc);
        }
        IO.println("the counter is " + counter.getLongVolatile(0));
        IO.readln("return ends this process: ");
    }
}
