package dev.wharf.core.memory;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Objects;
import org.agrona.UnsafeApi;

/**
 * Plain loads and stores by address: the hot loops' only way to memory.
 *
 * <p>Straight to the JVM's intrinsics through agrona. An access through a memory segment compiles to the same
 * instruction in the end, but has the compiler inline some thirty methods for each first: in a process that lives for two
 * seconds that was more work than the load. The price is that nothing is checked here: who hands out an address has checked
 * its block once, and every {@link Buffer} has slack on both sides for the words that a loop reads past its end.
 *
 * <p>Words are little-endian, as in the files, and so must the machine be.
 */
public final class OffHeap {
    /** The address space, for vectors, which load from segments only: always this one, so that loops see one kind. */
    @SuppressWarnings("restricted")
    public static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** Bytes before and after a {@link Buffer} that may be read, and written after it, without harm. */
    public static final int SLACK = 128;

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new UnsupportedOperationException("this machine is big-endian; Wharf's files and locks are little-endian");
        }
    }

    private OffHeap() {
    }

    public static byte getByte(long address) {
        return UnsafeApi.getByte(address);
    }

    public static void putByte(long address, byte value) {
        UnsafeApi.putByte(address, value);
    }

    public static short getShort(long address) {
        return UnsafeApi.getShort(address);
    }

    public static void putShort(long address, short value) {
        UnsafeApi.putShort(address, value);
    }

    public static int getInt(long address) {
        return UnsafeApi.getInt(address);
    }

    public static void putInt(long address, int value) {
        UnsafeApi.putInt(address, value);
    }

    public static long getLong(long address) {
        return UnsafeApi.getLong(address);
    }

    public static void putLong(long address, long value) {
        UnsafeApi.putLong(address, value);
    }

    public static void copy(long from, long to, long length) {
        UnsafeApi.copyMemory(from, to, length);
    }

    public static void copy(byte[] from, int offset, long to, int length) {
        UnsafeApi.copyMemory(from, BYTES + Objects.checkFromIndexSize(offset, length, from.length), null, to, length);
    }

    public static void copy(long from, byte[] to, int offset, int length) {
        UnsafeApi.copyMemory(null, from, to, BYTES + Objects.checkFromIndexSize(offset, length, to.length), length);
    }

    public static void fill(long address, long length, byte value) {
        UnsafeApi.setMemory(address, length, value);
    }

    /**
     * A growing block of native memory, 64-byte aligned, with {@link #SLACK} on both sides. Not thread-safe. Its memory is
     * freed by {@link #close()}, which nothing may follow.
     */
    public static final class Buffer implements AutoCloseable {
        private static final long ALIGNMENT = 64;

        private long block;
        private long address;
        private long capacity;

        public Buffer(long capacity) {
            allocate(capacity);
            fill(address - SLACK, capacity + 2L * SLACK, (byte) 0);
        }

        /** Not from an arena: closing a shared one stops every thread, and a load of many columns grows thousands of these. */
        private void allocate(long newCapacity) {
            block = UnsafeApi.allocateMemory(newCapacity + 2L * SLACK + ALIGNMENT);
            address = block + SLACK + ALIGNMENT - 1 & -ALIGNMENT;
            capacity = newCapacity;
        }

        public long address() {
            return address;
        }

        public long capacity() {
            return capacity;
        }

        /** The block itself, for system calls; not to be kept, as it says nothing of a block that has moved or is closed. */
        public MemorySegment segment() {
            return MEMORY.asSlice(address, capacity);
        }

        /** Grows to at least {@code wanted} bytes and keeps the first {@code used}; the rest is zero. The address may change. */
        public void ensure(long wanted, long used) {
            if (wanted <= capacity) {
                return;
            }
            long oldBlock = block;
            long oldAddress = address;
            allocate(Math.max(wanted, Math.min(capacity * 2, capacity + (256L << 20))));
            fill(address - SLACK, SLACK, (byte) 0);
            copy(oldAddress, address, used);
            fill(address + used, capacity - used + SLACK, (byte) 0);
            UnsafeApi.freeMemory(oldBlock);
        }

        /** Gives memory back that one odd block made necessary: shrinks to {@code size} if larger; the content is lost. */
        public void shrink(long size) {
            if (capacity > size) {
                UnsafeApi.freeMemory(block);
                allocate(size);
                fill(address - SLACK, size + 2L * SLACK, (byte) 0);
            }
        }

        /** Once or more often. */
        @Override
        public void close() {
            UnsafeApi.freeMemory(block);
            block = 0;
            address = 0;
            capacity = 0;
        }
    }
}
