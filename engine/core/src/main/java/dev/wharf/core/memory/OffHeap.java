package dev.wharf.core.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Plain loads and stores by address: the hot loops' only way to memory.
 *
 * <p>One segment that spans the address space stands behind every access, so that all loops see one kind of arena (mixing
 * kinds pollutes the profiles) and no access pays for liveness. The price is that nothing is checked here: who
 * hands out an address has checked its block once, and every {@link Buffer} has slack on both sides for the words that
 * a loop reads past its end.
 */
public final class OffHeap {
    /** The address space. */
    @SuppressWarnings("restricted")
    public static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Bytes before and after a {@link Buffer} that may be read, and written after it, without harm. */
    public static final int SLACK = 128;

    private OffHeap() {
    }

    public static byte getByte(long address) {
        return MEMORY.get(BYTE, address);
    }

    public static void putByte(long address, byte value) {
        MEMORY.set(BYTE, address, value);
    }

    public static short getShort(long address) {
        return MEMORY.get(SHORT, address);
    }

    public static void putShort(long address, short value) {
        MEMORY.set(SHORT, address, value);
    }

    public static int getInt(long address) {
        return MEMORY.get(INT, address);
    }

    public static void putInt(long address, int value) {
        MEMORY.set(INT, address, value);
    }

    public static long getLong(long address) {
        return MEMORY.get(LONG, address);
    }

    public static void putLong(long address, long value) {
        MEMORY.set(LONG, address, value);
    }

    public static void copy(long from, long to, long length) {
        MemorySegment.copy(MEMORY, from, MEMORY, to, length);
    }

    public static void copy(byte[] from, int offset, long to, int length) {
        MemorySegment.copy(from, offset, MEMORY, BYTE, to, length);
    }

    public static void copy(long from, byte[] to, int offset, int length) {
        MemorySegment.copy(MEMORY, BYTE, from, to, offset, length);
    }

    public static void fill(long address, long length, byte value) {
        MEMORY.asSlice(address, length).fill(value);
    }

    /**
     * A growing block of native memory, 64-byte aligned, with {@link #SLACK} on both sides. Not thread-safe. Its memory is
     * freed by {@link #close()}, which nothing may follow.
     */
    public static final class Buffer implements AutoCloseable {
        private Arena arena;
        private MemorySegment segment;
        private long address;
        private long capacity;

        public Buffer(long capacity) {
            allocate(capacity);
        }

        private void allocate(long newCapacity) {
            arena = Arena.ofShared();
            MemorySegment whole = arena.allocate(newCapacity + 2 * SLACK, 64);
            segment = whole.asSlice(SLACK, newCapacity);
            address = segment.address();
            capacity = newCapacity;
        }

        public long address() {
            return address;
        }

        public long capacity() {
            return capacity;
        }

        /** The block itself, for system calls. */
        public MemorySegment segment() {
            return segment;
        }

        /** Grows to at least {@code wanted} bytes and keeps the first {@code used}. The address may change. */
        public void ensure(long wanted, long used) {
            if (wanted <= capacity) {
                return;
            }
            Arena oldArena = arena;
            MemorySegment old = segment;
            allocate(Math.max(wanted, Math.min(capacity * 2, capacity + (256L << 20))));
            MemorySegment.copy(old, 0, segment, 0, used);
            oldArena.close();
        }

        /** Gives memory back that one odd block made necessary: shrinks to {@code size} if larger; the content is lost. */
        public void shrink(long size) {
            if (capacity > size) {
                arena.close();
                allocate(size);
            }
        }

        @Override
        public void close() {
            arena.close();
        }
    }
}
