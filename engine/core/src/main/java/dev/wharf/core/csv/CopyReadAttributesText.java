package dev.wharf.core.csv;

import dev.wharf.core.memory.OffHeap;
import java.util.function.IntConsumer;

/** As PostgreSQL's {@code CopyReadAttributesText}. */
public final class CopyReadAttributesText extends CopyReadAttributes {
    private static final byte[] ESCAPED = new byte[256];

    static {
        for (int c = 0; c < ESCAPED.length; c++) {
            ESCAPED[c] = (byte) c;
        }
        String letters = "bfnrtv";
        String meanings = "\b\f\n\r\t\u000B";
        for (int i = 0; i < letters.length(); i++) {
            ESCAPED[letters.charAt(i)] = (byte) meanings.charAt(i);
        }
    }

    private final byte delimiter;

    CopyReadAttributesText(TextDialect dialect, IntConsumer whenDefault) {
        super(dialect, whenDefault);
        delimiter = dialect.delimiter();
    }

    /** What a backslash and this byte mean, if it does not begin a number. */
    public static byte escaped(byte c) {
        return ESCAPED[c & 0xFF];
    }

    /** Whether a backslash and this byte may begin a byte in octal or hexadecimal. */
    public static boolean beginsNumber(byte c) {
        return isOctal(c) || c == 'x';
    }

    @Override
    protected int field(long address, int start, int length) {
        int fieldStart = outputLength;
        int at = start;
        int end;
        boolean delimited = false;
        boolean sawNonAscii = false;
        for (;;) {
            end = at;
            if (at >= length) {
                break;
            }
            byte c = OffHeap.getByte(address + at++);
            if (c == delimiter) {
                delimited = true;
                break;
            }
            if (c == TextDialect.BACKSLASH) {
                if (at >= length) {
                    // The file's last byte: it is no part of the field
                    break;
                }
                c = OffHeap.getByte(address + at++);
                int radix = c == 'x' ? 16 : 8;
                int digits = beginsNumber(c) ? digits(address + at, length - at, radix) : 0;
                if (isOctal(c) || digits > 0) {
                    int value = c == 'x' ? 0 : c - '0';
                    for (int n = 0; n < digits; n++) {
                        value = value * radix + Character.digit(OffHeap.getByte(address + at++), radix);
                    }
                    c = (byte) value;
                    sawNonAscii |= c <= 0;
                } else {
                    c = escaped(c);
                }
            }
            output[outputLength++] = c;
        }
        if (end(address + start, end - start) && sawNonAscii) {
            verify(fieldStart);
        }
        return delimited ? at : length + 1;
    }

    private static boolean isOctal(byte c) {
        return c >= '0' && c <= '7';
    }

    /** How many digits there are, up to two. */
    private static int digits(long address, int available, int radix) {
        int n = 0;
        while (n < Math.min(2, available) && Character.digit(OffHeap.getByte(address + n), radix) >= 0) {
            n++;
        }
        return n;
    }

    private void verify(int fieldStart) {
        int length = outputLength - fieldStart;
        try (OffHeap.Buffer field = new OffHeap.Buffer(length)) {
            OffHeap.copy(output, fieldStart, field.address(), length);
            int invalid = Utf8.firstInvalid(field.address(), length);
            if (invalid >= 0) {
                throw Utf8.invalid(field.address() + invalid, length - invalid);
            }
        }
    }
}
