package dev.wharf.cli;

import dev.wharf.core.source.CopyDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * What the shell reads: lines with statements, and between them, as bytes, what a COPY FROM STDIN loads. As in psql, data ends
 * with a line that is {@code \.} and nothing else, or with the input; only data that is compressed, and so has no lines, ends
 * with the input alone.
 *
 * <p>One thread at a time: while a COPY reads its data, nobody reads lines.
 */
final class ScriptInput {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long BACKSLASHES = '\\' * 0x0101010101010101L;
    private static final long LOW_SEVEN = 0x7F7F7F7F7F7F7F7FL;
    /** The longest end mark: backslash, period, carriage return, newline. */
    private static final int MARK = 4;

    private static final BooleanSupplier NEVER = () -> false;

    /** How long a wait may last before it is looked whether it still is wanted. */
    private static final int WAIT_MILLIS = 50;

    private final InputStream in;
    private final Runnable beforeWaiting;
    private final Readiness readiness;
    private final boolean terminal;
    private byte[] buffer = new byte[64 << 10];
    private int at;
    private int end;
    private boolean ended;
    private volatile Data data;

    /** Of a file descriptor: what is waited for there can be given up. */
    @FunctionalInterface
    interface Readiness {
        /** Waits until a read would not wait; false if the time ran out. */
        boolean await(int millis);
    }

    ScriptInput(InputStream in) {
        this(in, () -> { }, null, false);
    }

    /**
     * @param beforeWaiting run before a line of data is waited for: a terminal's prompt
     * @param readiness     null where a wait lasts until there is input
     * @param terminal      whether the end of data is not that of the input: more can be typed
     */
    ScriptInput(InputStream in, Runnable beforeWaiting, Readiness readiness, boolean terminal) {
        this.in = in;
        this.beforeWaiting = beforeWaiting;
        this.readiness = readiness;
        this.terminal = terminal;
    }

    /** The next line without its end, null at the end of the input. */
    String readLine() throws IOException {
        return readLine(NEVER);
    }

    /**
     * The same.
     *
     * @param givenUp whether it is not waited for any more
     * @throws InterruptedIOException if so
     */
    String readLine(BooleanSupplier givenUp) throws IOException {
        int seen = at;
        for (;;) {
            for (; seen < end; seen++) {
                if (buffer[seen] == '\n') {
                    String line = text(at, seen);
                    at = seen + 1;
                    return line;
                }
            }
            int held = end - at;
            if (!awaitMore(givenUp)) {
                at = end;
                throw new InterruptedIOException("canceled by user");
            }
            if (!fill()) {
                String line = at == end ? null : text(at, end);
                at = end;
                return line;
            }
            seen = at + held;
        }
    }

    private String text(int from, int to) {
        int last = to > from && buffer[to - 1] == '\r' ? to - 1 : to;
        return new String(buffer, from, last - from, StandardCharsets.UTF_8);
    }

    /** False if what is waited for is given up before it is there. */
    private boolean awaitMore(BooleanSupplier givenUp) {
        // What is never given up is waited for by the read itself
        while (readiness != null && givenUp != NEVER && !givenUp.getAsBoolean() && !readiness.await(WAIT_MILLIS)) {
            // It is not there yet
        }
        return !givenUp.getAsBoolean();
    }

    /** Reads on behind what there is, which may move to the buffer's beginning; false at the end of the input. */
    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        if (at > 0) {
            System.arraycopy(buffer, at, buffer, 0, end - at);
            end -= at;
            at = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        int n = in.read(buffer, end, buffer.length - end);
        ended = n < 0;
        end += Math.max(n, 0);
        return !ended;
    }

    /**
     * Begins a COPY FROM STDIN.
     *
     * @param last whether nothing is read after it: then one that fails does not wait for the rest of its data
     */
    CopyDataSource copyData(boolean last) {
        data = new Data(last);
        return data;
    }

    /**
     * By any thread: a COPY that runs needs no more data, not even their end mark.
     *
     * @return whether it waits for them, and so fails by this alone
     */
    boolean giveUpData() {
        Data running = data;
        if (running == null || readiness == null) {
            return false;
        }
        // Before: it stops to wait because of that
        boolean waits = running.waits;
        running.givenUp = true;
        return waits;
    }

    /** Ends it: what is left of its data, after an error, is skipped. Returns the lines it had. */
    int endCopyData() throws IOException {
        if (data == null) {
            return 0;
        }
        ByteBuffer rest = ByteBuffer.allocate(16 << 10);
        if (data.givenUp) {
            at = end;
        }
        while (!data.givenUp && !data.last && data.read(rest) >= 0) {
            rest.clear();
        }
        int lines = data.lines;
        data = null;
        ended &= !terminal;
        return lines;
    }

    private final class Data implements CopyDataSource {
        private final boolean last;
        private boolean begun;
        private boolean lineStart = true;
        private boolean compressed;
        private boolean done;
        private volatile boolean givenUp;
        private volatile boolean waits;
        private int lines;

        Data(boolean last) {
            this.last = last;
        }

        @Override
        public void close() throws IOException {
            if (last && !done) {
                in.close();
            }
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (done) {
                return -1;
            }
            if (!begun) {
                begun = true;
                compressed = startsCompressed();
            }
            int until = at == end ? at : behindWholeData();
            while (until == at) {
                if (at < end && isMark(at)) {
                    at += buffer[at + 2] == '\n' ? MARK - 1 : MARK;
                    lines++;
                    done = true;
                    return -1;
                }
                boolean more = awaitMore(at == end || !ended) && fill();
                until = at == end ? end : behindWholeData();
                if (!more) {
                    break;
                }
            }
            if (givenUp) {
                // No end of the data: what there is of it must not be loaded
                throw new InterruptedIOException("canceled by user");
            }
            int n = Math.min(until - at, target.remaining());
            if (n == 0) {
                done = true;
                return -1;
            }
            target.put(buffer, at, n);
            for (int i = at; i < at + n; i++) {
                lines += buffer[i] == '\n' ? 1 : 0;
            }
            lineStart = buffer[at + n - 1] == '\n';
            at += n;
            return n;
        }

        private boolean awaitMore(boolean prompt) {
            waits = true;
            if (prompt && !givenUp) {
                beforeWaiting.run();
            }
            boolean more = ScriptInput.this.awaitMore(() -> givenUp);
            waits = false;
            return more;
        }

        private boolean startsCompressed() throws IOException {
            while (end - at < MARK) {
                if (end > at && buffer[at] != 0x1F && buffer[at] != 0x28 || !awaitMore(at == end) || !fill()) {
                    return false;
                }
            }
            return buffer[at] == 0x1F && buffer[at + 1] == (byte) 0x8B
                    || buffer[at] == 0x28 && buffer[at + 1] == (byte) 0xB5 && buffer[at + 2] == 0x2F;
        }

        /** The first place from {@code at} on that is an end mark, or may become one with more bytes; else the buffer's end. */
        private int behindWholeData() {
            if (compressed) {
                return end;
            }
            int i = at;
            while (i < end) {
                if (i + Long.BYTES <= end && !hasBackslash((long) LONGS.get(buffer, i))) {
                    i += Long.BYTES;
                    continue;
                }
                if (buffer[i] == '\\' && (i == at ? lineStart : buffer[i - 1] == '\n') && mayBeMark(i)) {
                    return i;
                }
                i++;
            }
            return end;
        }

        private boolean isMark(int i) {
            return (i > at || lineStart) && !compressed && end - i >= MARK - 1 && buffer[i] == '\\' && buffer[i + 1] == '.'
                    && (buffer[i + 2] == '\n' || end - i >= MARK && buffer[i + 2] == '\r' && buffer[i + 3] == '\n');
        }

        private boolean mayBeMark(int i) {
            return isMark(i) || !ended && (end - i < 2 || buffer[i + 1] == '.' && (end - i < 3 || end - i < MARK
                    && buffer[i + 2] == '\r'));
        }
    }

    private static boolean hasBackslash(long word) {
        long x = word ^ BACKSLASHES;
        return ~((x & LOW_SEVEN) + LOW_SEVEN | x | LOW_SEVEN) != 0;
    }
}
