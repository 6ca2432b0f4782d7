package dev.wharf.core.csv;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.memory.OffHeap;

/** PostgreSQL's idea of valid UTF-8: no NUL, no overlong form, no surrogate, nothing over U+10FFFF. */
public final class Utf8 {
    private static final long HIGH = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;

    private Utf8() {
    }

    /** Offset of the first byte of the first invalid sequence in {@code length} bytes, or -1. Reads up to 8 bytes more. */
    public static int firstInvalid(long address, int length) {
        int i = 0;
        while (i < length) {
            long w = OffHeap.getLong(address + i);
            if (length - i >= 8 && ((w | (w - ONES)) & HIGH) == 0) {
                i += 8;
                continue;
            }
            int n = sequence(address + i, length - i);
            if (n == 0) {
                return i;
            }
            i += n;
        }
        return -1;
    }

    /** Whether a valid sequence begins at {@code address}, where at least 4 bytes are. */
    static boolean startsValid(long address) {
        return sequence(address, 4) > 0;
    }

    /** Length of the valid sequence at {@code address}, 0 if there is none. */
    private static int sequence(long address, int available) {
        int b = OffHeap.getByte(address);
        if (b > 0) {
            return 1;
        }
        int first = b & 0xFF;
        if (first < 0xC2 || available < 2) {
            return 0;
        }
        int second = OffHeap.getByte(address + 1) & 0xFF;
        if (first < 0xE0) {
            return (second & 0xC0) == 0x80 ? 2 : 0;
        }
        int lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < lowest || second > highest || available < 3
                || (OffHeap.getByte(address + 2) & 0xC0) != 0x80) {
            return 0;
        }
        if (first < 0xF0) {
            return 3;
        }
        return first <= 0xF4 && available >= 4 && (OffHeap.getByte(address + 3) & 0xC0) == 0x80 ? 4 : 0;
    }

    /** 22021 for the sequence at {@code address}, its bytes in hex as PostgreSQL shows them. */
    public static PgError invalid(long address, int available) {
        int first = OffHeap.getByte(address) & 0xFF;
        int expected = first < 0x80 ? 1 : (first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3
                : (first & 0xF8) == 0xF0 ? 4 : 1;
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < Math.min(expected, available); i++) {
            hex.append(i == 0 ? "0x" : " 0x");
            hex.append(Character.forDigit((OffHeap.getByte(address + i) & 0xFF) >> 4, 16));
            hex.append(Character.forDigit(OffHeap.getByte(address + i) & 0xF, 16));
        }
        return new PgError(SqlState.CHARACTER_NOT_IN_REPERTOIRE,
                "invalid byte sequence for encoding \"UTF8\": " + hex);
    }
}
