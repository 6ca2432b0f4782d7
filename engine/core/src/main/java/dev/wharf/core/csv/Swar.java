package dev.wharf.core.csv;

import dev.wharf.core.memory.OffHeap;

/** Eight bytes in a long, compared at once. */
public final class Swar {
    /** The top bit of each byte. */
    public static final long HIGH = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;
    private static final long LOW_SEVEN = 0x7F7F7F7F7F7F7F7FL;
    private static final long GATHER = 0x0102040810204080L;

    private Swar() {
    }

    /** A byte, eight times. */
    public static long broadcast(byte b) {
        return ONES * (b & 0xFF);
    }

    /** The top bit of each byte that equals the pattern's. Exact: no borrow runs from byte to byte. */
    public static long equal(long word, long pattern) {
        long x = word ^ pattern;
        return ~(((x & LOW_SEVEN) + LOW_SEVEN) | x) & HIGH;
    }

    /** The top bit of each byte from {@code low} to {@code high}, of which neither is negative. Exact. */
    public static long between(long word, byte low, byte high) {
        long seven = word & LOW_SEVEN;
        return seven + broadcast((byte) (0x80 - low)) & ~(seven + broadcast((byte) (0x7F - high))) & ~word & HIGH;
    }

    /** The top bits of the bytes as eight bits, the lowest byte's lowest. */
    public static long gather(long highBits) {
        return (highBits >>> 7) * GATHER >>> 56;
    }

    /** How often a byte occurs in {@code length} bytes at {@code address}. */
    public static long count(long address, long length, byte b) {
        long pattern = broadcast(b);
        long end = address + length;
        long at = address;
        long n = 0;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            n += Long.bitCount(equal(OffHeap.getLong(at), pattern));
        }
        for (; at < end; at++) {
            n += OffHeap.getByte(at) == b ? 1 : 0;
        }
        return n;
    }
}
