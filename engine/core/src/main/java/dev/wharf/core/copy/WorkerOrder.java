package dev.wharf.core.copy;

import dev.wharf.shmem.os.ProcessIdentity;
import java.nio.ByteBuffer;

/**
 * What a worker is started for, as its registration carries it. Once that COPY is over the worker is anybody's.
 *
 * @param queue of the leader
 * @param epoch of the COPY; 0 for none
 */
record WorkerOrder(ProcessIdentity leader, int queue, int participant, long epoch) {
    private static final int LENGTH = 2 * Long.BYTES + 2 * Integer.BYTES;

    byte[] encode() {
        return ByteBuffer.allocate(LENGTH).putLong(leader.packed()).putLong(epoch).putInt(queue).putInt(participant).array();
    }

    static WorkerOrder decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        ProcessIdentity leader = ProcessIdentity.unpacked(in.getLong());
        long epoch = in.getLong();
        int queue = in.getInt();
        return new WorkerOrder(leader, queue, in.getInt(), epoch);
    }
}
