package dev.wharf.bench.data;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * Rows of CSV in the form that PostgreSQL's {@code COPY TO ... (FORMAT csv)} writes, so that a load followed by a
 * write-back must give the same bytes. UTF-8, lines end in {@code \n}. Not thread-safe.
 */
public final class CsvBlock {
    private static final int SLACK = 64;
    private static final int DAYS = 36_525;
    private static final byte[][] DATES = new byte[DAYS][];

    static {
        for (int day = 0; day < DAYS; day++) {
            DATES[day] = LocalDate.ofEpochDay(day).toString().getBytes(StandardCharsets.US_ASCII);
        }
    }

    private byte[] bytes = new byte[1 << 20];
    private int length;
    private boolean firstField = true;
    private long rows;

    /** Backing array, valid up to {@link #length()}, until the next write. */
    public byte[] array() {
        return bytes;
    }

    /** Bytes written. */
    public int length() {
        return length;
    }

    /** Rows ended. */
    public long rows() {
        return rows;
    }

    /** A copy of the text written so far. */
    public String text() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    public CsvBlock nullField() {
        field();
        return this;
    }

    public CsvBlock integer(long value) {
        field();
        digits(value);
        return this;
    }

    /** {@code unscaled / 10^scale} with all {@code scale} decimals, as numeric(p, scale) prints. */
    public CsvBlock numeric(long unscaled, int scale) {
        field();
        fixed(unscaled, scale, scale);
        return this;
    }

    /**
     * {@code unscaled / 10^scale} without trailing zeros, as real and double precision print the shortest text that
     * reads back: the caller keeps to 6 or 15 digits and out of the range of exponents.
     */
    public CsvBlock floating(long unscaled, int scale) {
        long rest = unscaled;
        int places = scale;
        while (places > 0 && rest % 10 == 0) {
            rest /= 10;
            places--;
        }
        field();
        fixed(rest, places, places);
        return this;
    }

    public CsvBlock bool(boolean value) {
        field();
        bytes[length++] = (byte) (value ? 't' : 'f');
        return this;
    }

    /** @param epochDay from 0 (1970-01-01) to 36524 (2069-12-31) */
    public CsvBlock date(int epochDay) {
        field();
        append(DATES[epochDay]);
        return this;
    }

    /** @param micros since 1970-01-01 00:00:00, in the range of {@link #date} */
    public CsvBlock timestamp(long micros) {
        field();
        long seconds = micros / 1_000_000;
        append(DATES[(int) (seconds / 86_400)]);
        int ofDay = (int) (seconds % 86_400);
        bytes[length++] = ' ';
        twoDigits(ofDay / 3600);
        bytes[length++] = ':';
        twoDigits(ofDay / 60 % 60);
        bytes[length++] = ':';
        twoDigits(ofDay % 60);
        int fraction = (int) (micros % 1_000_000);
        if (fraction != 0) {
            bytes[length++] = '.';
            for (int unit = 100_000; fraction != 0; unit /= 10) {
                bytes[length++] = (byte) ('0' + fraction / unit);
                fraction %= unit;
            }
        }
        return this;
    }

    public CsvBlock uuid(long high, long low) {
        field();
        append(new java.util.UUID(high, low).toString().getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /** Quoted where PostgreSQL quotes: a delimiter, quote, CR or LF in it, or empty (bare, that would be a null). */
    public CsvBlock text(String value) {
        return text(value.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #text(String)}, from UTF-8. */
    public CsvBlock text(byte[] utf8) {
        return text(utf8, utf8.length);
    }

    /** As {@link #text(byte[])}, from the first {@code count} bytes. */
    public CsvBlock text(byte[] utf8, int count) {
        field();
        boolean quote = count == 0;
        for (int i = 0; i < count && !quote; i++) {
            byte b = utf8[i];
            quote = b == ',' || b == '"' || b == '\n' || b == '\r';
        }
        ensure(2 * count + SLACK);
        if (!quote) {
            System.arraycopy(utf8, 0, bytes, length, count);
            length += count;
            return this;
        }
        bytes[length++] = '"';
        for (int i = 0; i < count; i++) {
            if (utf8[i] == '"') {
                bytes[length++] = '"';
            }
            bytes[length++] = utf8[i];
        }
        bytes[length++] = '"';
        return this;
    }

    public void endRow() {
        ensure(SLACK);
        bytes[length++] = '\n';
        firstField = true;
        rows++;
    }

    private void field() {
        ensure(SLACK);
        if (!firstField) {
            bytes[length++] = ',';
        }
        firstField = false;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    private void append(byte[] ascii) {
        System.arraycopy(ascii, 0, bytes, length, ascii.length);
        length += ascii.length;
    }

    private void twoDigits(int value) {
        bytes[length++] = (byte) ('0' + value / 10);
        bytes[length++] = (byte) ('0' + value % 10);
    }

    private void fixed(long unscaled, int scale, int places) {
        if (unscaled < 0) {
            bytes[length++] = '-';
        }
        long magnitude = Math.abs(unscaled);
        long unit = 1;
        for (int i = 0; i < scale; i++) {
            unit *= 10;
        }
        digits(magnitude / unit);
        if (places > 0) {
            bytes[length++] = '.';
            long fraction = magnitude % unit;
            for (int i = length + places - 1; i >= length; i--) {
                bytes[i] = (byte) ('0' + fraction % 10);
                fraction /= 10;
            }
            length += places;
        }
    }

    private void digits(long value) {
        if (value == Long.MIN_VALUE) {
            append(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
            return;
        }
        if (value < 0) {
            bytes[length++] = '-';
        }
        long rest = Math.abs(value);
        int count = 1;
        for (long r = rest; r >= 10; r /= 10) {
            count++;
        }
        for (int i = length + count - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += count;
    }
}
