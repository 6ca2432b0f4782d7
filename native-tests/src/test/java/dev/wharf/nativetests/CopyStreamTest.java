package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.source.CopyDataSource;
import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A COPY FROM a stream gives the rows, their order, and the error that PostgreSQL gives, in whatever pieces it comes, whatever
 * tasks are made of it and whoever does them.
 */
class CopyStreamTest extends CopyPairTest {
    /** The bytes of a file in pieces of up to {@code most} bytes, and then, perhaps, an error. */
    private static final class Pieces implements CopyDataSource {
        private final ByteBuffer data;
        private final int most;
        private final IOException end;
        private volatile boolean closed;
        private boolean overtaken;
        private boolean ended;
        private boolean reading;

        Pieces(byte[] data, int most, IOException end) {
            this.data = ByteBuffer.wrap(data);
            this.most = most;
            this.end = end;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            assertTrue(target.hasRemaining(), "no room");
            assertTrue(!reading && !ended, "one call at a time, and none after the end");
            if (closed) {
                assertTrue(!overtaken, "none after the close but one that had begun");
                overtaken = true;
                return -1;
            }
            reading = true;
            try {
                int n = Math.min(Math.min(most, data.remaining()), target.remaining());
                if (n == 0 && end != null) {
                    throw end;
                }
                target.put(data.slice(data.position(), n));
                data.position(data.position() + n);
                ended = n == 0;
                return ended ? -1 : n;
            } finally {
                reading = false;
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static List<Mode> modes(int n) {
        List<Mode> modes = new ArrayList<>(List.of(Mode.SERIAL));
        for (int taskBytes : new int[] {1, 2, 7, 3 + n % 50}) {
            modes.add(new Mode(0, true, taskBytes));
            modes.add(new Mode(1 + n % 4, n % 2 == 0, taskBytes));
            modes.add(new Mode(2, n % 2 != 0, taskBytes));
        }
        return modes;
    }

    private static void streamsAlike(Outcome expected, byte[] data, String columns, String options, Mode mode, int most,
                                     Supplier<String> what) {
        Pieces pieces = new Pieces(data, most, null);
        assertEquals(expected.toString(), pair.sendWharf(pieces, columns, options, mode).toString(),
                () -> what.get() + ", " + mode + ", in pieces of " + most);
        assertTrue(pieces.closed, "the source is closed");
    }

    static Stream<CopyExactnessTest.Case> nastyFiles() {
        return CopyExactnessTest.nastyFiles();
    }

    @ParameterizedTest
    @MethodSource("nastyFiles")
    void rowsAndOrder(CopyExactnessTest.Case file) throws IOException, SQLException {
        pair.createTable(file.table());
        pair.write(file.data());
        Outcome expected = pair.sendPostgres(file.columns(), file.options());
        assertNull(expected.failure(), () -> "PostgreSQL loads it: " + expected);
        int n = file.name().hashCode() & 0xFF;
        for (Mode mode : modes(n)) {
            streamsAlike(expected, file.data(), file.columns(), file.options(), mode, 1 + n++ % 9, file::toString);
        }
    }

    static Stream<CopyErrorsTest.Case> badFiles() {
        return CopyErrorsTest.badFiles();
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void badFile(CopyErrorsTest.Case file) throws IOException, SQLException {
        pair.createTable(file.table());
        fails(file, file.bad(), 0);
    }

    static Stream<CopyErrorsTest.Case> badRows() {
        return CopyErrorsTest.badRows();
    }

    @ParameterizedTest
    @MethodSource("badRows")
    void plantedError(CopyErrorsTest.Case bad) throws IOException, SQLException {
        pair.createTable(bad.table());
        int n = 0;
        for (String eol : List.of("\n", "\r\n", "\r")) {
            for (int at = 0; at <= 3; at++) {
                List<String> rows = new ArrayList<>(List.of("1,a,b", "2,\"x\n\ny\",\"\"\"\"", "5,z,\"p\nq\""));
                rows.add(at, bad.bad());
                fails(bad, String.join("\n", rows).replace("\n", eol) + eol, n++);
            }
        }
    }

    private static void fails(CopyErrorsTest.Case file, String text, int n) throws IOException, SQLException {
        byte[] data = text.getBytes(StandardCharsets.ISO_8859_1);
        pair.write(data);
        Outcome expected = pair.sendPostgres(file.columns(), file.options());
        assertNotNull(expected.failure(), () -> "PostgreSQL refuses it: " + file);
        int most = 1 + n % 5;
        for (Mode mode : List.of(Mode.SERIAL, new Mode(0, true, 1), new Mode(1 + n % WORKERS, n % 2 == 0, 1 + n % 30))) {
            streamsAlike(expected, data, file.columns(), file.options(), mode, most, () -> file + "\n" + text);
        }
    }

    /** Text of the bytes that mean something, mostly broken: rows or error, as PostgreSQL. */
    @ParameterizedTest
    @MethodSource("dialects")
    void randomText(String options) throws IOException, SQLException {
        byte[][] pieces = Stream.of("a", ",", "\"", "\n", "1", "\"\"", "\\", "\r\n", "\r", "é", "x,y", "\"\n", ",\"")
                .map(s -> s.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
        Random random = new Random(options.hashCode());
        pair.createTable("a text, b text");
        for (int i = 0; i < 60; i++) {
            java.io.ByteArrayOutputStream data = new java.io.ByteArrayOutputStream();
            int kinds = i % 3 == 0 ? pieces.length : 4 + i % 4;
            for (int n = random.nextInt(60); n > 0; n--) {
                boolean row = random.nextInt(3) == 0;
                data.writeBytes(row ? "p,q\n".getBytes(StandardCharsets.UTF_8) : pieces[random.nextInt(kinds)]);
            }
            pair.write(data.toByteArray());
            Outcome expected = pair.sendPostgres("", options);
            for (Mode mode : List.of(Mode.SERIAL, new Mode(2, false, 1), new Mode(3, true, 1 + random.nextInt(30)))) {
                streamsAlike(expected, data.toByteArray(), "", options, mode, 1 + random.nextInt(9),
                        () -> CopyPair.text(data.toByteArray()));
            }
        }
    }

    static Stream<String> dialects() {
        return CopyExactnessTest.dialects();
    }

    /** Far more tasks than the spool has room for, of very different lengths. */
    @Test
    void manyTasks() throws IOException, SQLException {
        Random random = new Random(11);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            text.append(i).append(",\"").append("x,\n7,y\n".repeat(i % 500 == 7 ? 5000 : random.nextInt(4))).append("\"\n");
        }
        byte[] data = text.toString().getBytes(StandardCharsets.UTF_8);
        pair.createTable("a int, b text");
        pair.write(data);
        Outcome expected = pair.sendPostgres("", "");
        for (Mode mode : List.of(Mode.SERIAL, new Mode(0, true, 40), new Mode(2, true, 40), new Mode(3, false, 1000))) {
            streamsAlike(expected, data, "", "", mode, 1000, () -> "many tasks");
        }
    }

    /** The read that waits while the COPY ends is the last, though it gives nothing and is no end. */
    @Test
    void noReadAfterTheClose() throws SQLException {
        pair.createTable("a int, b text");
        for (String options : List.of("", "ENCODING 'LATIN1'")) {
            CountDownLatch closed = new CountDownLatch(1);
            ByteBuffer rows = ByteBuffer.wrap("1x,a\n".getBytes(StandardCharsets.UTF_8));
            AtomicInteger waits = new AtomicInteger();
            CopyDataSource source = new CopyDataSource() {
                @Override
                public int read(ByteBuffer target) throws IOException {
                    int n = Math.min(rows.remaining(), target.remaining());
                    target.put(rows.slice(rows.position(), n));
                    rows.position(rows.position() + n);
                    if (n > 0) {
                        return n;
                    }
                    try {
                        closed.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return waits.incrementAndGet() > 1 ? -1 : 0;
                }

                @Override
                public void close() {
                    closed.countDown();
                }
            };
            Outcome failed = pair.sendWharf(source, "", options, new Mode(0, true, 1));
            assertEquals("COPY t, line 1, column a: \"1x\"", failed.failure().context());
            assertTrue(waits.get() <= 1, () -> waits + " reads, " + options);
        }
    }

    /** A stream that breaks off fails as with a client that does, behind the errors of the rows that had come. */
    @Test
    void sourceThatFails() throws SQLException {
        pair.createTable("a int, b text");
        for (Mode mode : modes(1)) {
            Outcome broken = send("1,a\n2,\"x\n\ny\"\n3,", mode);
            assertEquals("57014", broken.failure().sqlState());
            assertEquals("COPY from stdin failed: gone", broken.failure().message());
            assertEquals("COPY t, line 5", broken.failure().context());
            Outcome bad = send("1,a\n2x,\"x\n\ny\"\n3,", mode);
            assertEquals("COPY t, line 4, column a: \"2x\"", bad.failure().context());
            assertEquals("COPY t, line 1", send("1,", mode).failure().context());
            assertEquals("COPY t, line 1", send("", mode).failure().context());
        }
    }

    private static Outcome send(String text, Mode mode) {
        return pair.sendWharf(new Pieces(text.getBytes(StandardCharsets.UTF_8), 3, new IOException("gone")), "", "", mode);
    }
}
