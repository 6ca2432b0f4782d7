package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import dev.wharf.nativetests.CopyPair.Mode;
import dev.wharf.nativetests.CopyPair.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A compressed file or stream gives the rows of what is in it; a damaged one an error that says where, and no row. */
class CopyCompressedTest extends CopyPairTest {
    private static final List<Mode> MODES = List.of(Mode.SERIAL, new Mode(0, true, 5), new Mode(2, false, 30));

    /** Who compresses, and into what. */
    enum Format {
        GZIP {
            @Override
            OutputStream open(OutputStream to) throws IOException {
                return new GZIPOutputStream(to);
            }
        },
        ZSTD {
            @Override
            OutputStream open(OutputStream to) throws IOException {
                return new ZstdOutputStream(to).setChecksum(true);
            }
        };

        abstract OutputStream open(OutputStream to) throws IOException;

        byte[] compress(byte[] data) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (OutputStream out = open(bytes)) {
                out.write(data);
            }
            return bytes.toByteArray();
        }

        /** Each piece by itself, one after the other. */
        byte[] compress(byte[] data, int pieces) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < pieces; i++) {
                bytes.writeBytes(compress(Arrays.copyOfRange(data, data.length * i / pieces, data.length * (i + 1) / pieces)));
            }
            return bytes.toByteArray();
        }
    }

    private static byte[] sample(int rows) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            text.append(i).append(i % 3 == 0 ? ",\"é\nx\"\n" : ",word\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Outcome expected(byte[] data) throws IOException, SQLException {
        pair.createTable("a int, b text");
        pair.write(data);
        return pair.loadPostgres("", "");
    }

    private static void loads(Outcome expected, byte[] compressed) throws IOException {
        pair.write(compressed);
        for (Mode mode : MODES) {
            assertEquals(expected.toString(), pair.loadWharf("", "", mode).toString(), mode::toString);
            for (int most : new int[] {1, 100_000}) {
                InputStream pieces = new ByteArrayInputStream(compressed) {
                    @Override
                    public synchronized int read(byte[] target, int offset, int length) {
                        return super.read(target, offset, Math.min(length, most));
                    }
                };
                assertEquals(expected.toString(), pair.sendWharf(Channels.newChannel(pieces)::read, "", "", mode).toString());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void rows(Format format) throws IOException, SQLException {
        byte[] data = sample(40);
        Outcome expected = expected(data);
        loads(expected, format.compress(data));
        loads(expected, format.compress(data, 7));
        loads(expected(new byte[0]), format.compress(new byte[0]));
        byte[] many = sample(200_000);
        expected = expected(many);
        pair.write(format.compress(many, 3));
        assertEquals(expected.toString(), pair.loadWharf("", "", new Mode(2, true, 10_000)).toString());
    }

    /** What the common tools write: names, comments, padding, frames to skip. */
    @Test
    void otherParts() throws IOException, SQLException {
        byte[] data = sample(20);
        Outcome expected = expected(data);
        byte[] gzip = Format.GZIP.compress(data);
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        parts.writeBytes(new byte[] {0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3});
        parts.writeBytes(new byte[] {3, 0, 'x', 0, 'y'});
        parts.writeBytes("name\0comment\0hc".getBytes(StandardCharsets.US_ASCII));
        parts.write(gzip, 10, gzip.length - 10);
        parts.writeBytes(new byte[511]);
        loads(expected, parts.toByteArray());
        parts.reset();
        parts.writeBytes(Format.ZSTD.compress(data));
        parts.writeBytes(new byte[] {0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 'x', 'y', 'z'});
        loads(expected, parts.toByteArray());
        pair.write(data);
        for (String tool : List.of("gzip -9", "zstd -q -19 --long")) {
            assertEquals(expected.toString(), pair.loadWharf("PROGRAM '" + tool + " < " + pair.file() + "'", "", "",
                    Mode.SERIAL).toString());
        }
    }

    /** Bytes that compressed data begin with, but in an encoding in which they are text; and compressed text in it. */
    @ParameterizedTest
    @EnumSource
    void otherEncodings(Format format) throws IOException, SQLException {
        byte[] head = Arrays.copyOf(format.compress(new byte[0]), 4);
        if (format == Format.GZIP) {
            // Compressed, it would be a zero
            head[3] = ' ';
        }
        pair.createTable("a text");
        String latin1 = "ENCODING 'latin1', DELIMITER ';'";
        for (String rest : List.of("", " abc\n", ",x\n".repeat(3000))) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            text.writeBytes(head);
            text.writeBytes(rest.getBytes(StandardCharsets.ISO_8859_1));
            pair.write(text.toByteArray());
            Outcome expected = pair.loadPostgres("", latin1);
            assertEquals(expected.toString(), pair.loadWharf("", latin1, Mode.SERIAL).toString());
            pair.write(format.compress(text.toByteArray()));
            assertEquals(expected.toString(), pair.loadWharf("", latin1, Mode.SERIAL).toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void damaged(Format format) throws IOException, SQLException {
        byte[] data = sample(30);
        Outcome expected = expected(data);
        int half = sample(15).length;
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        parts.writeBytes(format.compress(Arrays.copyOf(data, half)));
        parts.writeBytes(format.compress(Arrays.copyOfRange(data, half, data.length)));
        byte[] whole = parts.toByteArray();
        Random random = new Random(3);
        int failures = 0;
        for (int i = 4; i < whole.length; i++) {
            failures += fails(expected, Arrays.copyOf(whole, i)) ? 1 : 0;
            byte[] changed = whole.clone();
            changed[i] ^= (byte) (1 << random.nextInt(8));
            failures += fails(expected, changed) ? 1 : 0;
        }
        assertTrue(failures > whole.length, failures + " of " + 2 * whole.length);
        assertTrue(fails(expected, Arrays.copyOf(format.compress(data), 1 + format.compress(data).length))
                || format == Format.GZIP, "zeros are padding to gzip only");
        byte[] garbage = Arrays.copyOf(whole, whole.length + 1);
        garbage[whole.length] = 'x';
        assertTrue(fails(expected, garbage), "garbage");
    }

    /** Loads all, or fails and says where; never anything between. The end of one part may be the end of all. */
    private static boolean fails(Outcome expected, byte[] compressed) throws IOException {
        pair.write(compressed);
        Outcome outcome = pair.loadWharf("", "", MODES.get(compressed.length % MODES.size()));
        if (outcome.failure() == null) {
            assertTrue(expected.table().startsWith(outcome.table()), outcome::toString);
            return false;
        }
        assertEquals("", outcome.table());
        assertEquals("XX001", outcome.failure().sqlState(), outcome::toString);
        Matcher message = Pattern.compile("could not decompress file \"" + Pattern.quote(pair.file().toString())
                + "\": .* at byte ([0-9]+)").matcher(outcome.failure().message());
        assertTrue(message.matches(), outcome.failure().message());
        assertTrue(Integer.parseInt(message.group(1)) <= compressed.length, outcome.failure().message());
        assertTrue(outcome.failure().context().startsWith("COPY t, line "), outcome.failure().context());
        return true;
    }

    /** A bad row before the damage is what a serial load meets first. */
    @Test
    void badRowBeforeTheDamage() throws IOException, SQLException {
        pair.createTable("a int, b text");
        byte[] bad = "1,a\n2x,b\n".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(Format.GZIP.compress(bad));
        all.writeBytes(new byte[] {'x', 'y'});
        pair.write(all.toByteArray());
        for (Mode mode : MODES) {
            Outcome outcome = pair.loadWharf("", "", mode);
            assertNotNull(outcome.failure());
            assertEquals("COPY t, line 2, column a: \"2x\"", outcome.failure().context());
        }
    }
}
