package dev.wharf.shmem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.shmem.SegmentLayout.Section;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The file of a segment that is in use was altered: whoever attaches is told so. */
@Timeout(120)
class AlteredSegmentTest {
    /** The first one of {@link Peer#CONFIG}. */
    private static final int SAFE = Segment.BUILT_IN_TRANCHES.size();

    @TempDir
    private Path directory;
    private Path file;
    private ForkedJvm user;
    private FileChannel channel;
    private ByteBuffer good;

    @BeforeEach
    void use() throws IOException {
        file = directory.toRealPath().resolve("segment");
        user = ForkedJvm.start(SegmentPeer.class, "open", file.toString());
        user.expect("ready");
        user.send("go");
        user.expect("true 1");
        channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        good = ByteBuffer.allocate((int)Peer.CONFIG.size()).order(ByteOrder.nativeOrder());
        channel.read(good, 0);
    }

    @AfterEach
    void end() throws IOException {
        channel.close();
        user.close();
    }

    private void store(final int offset, final int value) throws IOException {
        channel.write(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(0, value), offset);
    }

    private int tranches() {
        return (int)good.getLong(Section.TRANCHES.offsetOffset());
    }

    @Test
    void aTrancheThatCannotBeIsNamed() throws IOException {
        final String has = "tranche " + SAFE + " has ";
        final int record = tranches() + SAFE * TrancheLayout.LENGTH;
        final int first = good.getInt(record + TrancheLayout.FIRST_LOCK_OFFSET);
        final String rest = ", owner death 1, algorithm " + LWLockAlgorithm.DEFAULT.ordinal();
        assertAltered(record + TrancheLayout.NAME_OFFSET, 0, has + "name \"\", first lock " + first + ", 4 locks" + rest);
        for (final int value : new int[] {-1, Integer.MAX_VALUE, 0, first + 1}) {
            assertAltered(record + TrancheLayout.FIRST_LOCK_OFFSET, value,
                has + "name \"Safe\", first lock " + value + ", 4 locks" + rest);
        }
        assertAltered(record + TrancheLayout.LOCK_COUNT_OFFSET, 0, has + "name \"Safe\", first lock " + first + ", 0 locks");
        assertAltered(record + TrancheLayout.LOCK_COUNT_OFFSET, Integer.MAX_VALUE, "tranche " + (SAFE + 1) + " has ");
        assertAltered(record + TrancheLayout.OWNER_DEATH_OFFSET, 2, has);
        assertAltered(record + TrancheLayout.OWNER_DEATH_OFFSET, -1, has);
        assertAltered(record + TrancheLayout.ALGORITHM_OFFSET, 99, has);
        assertAltered(record + TrancheLayout.LENGTH + TrancheLayout.LOCK_COUNT_OFFSET, 3,
            "its " + (SAFE + 2) + " tranches have " + (first + 7) + " locks of " + (first + 6));
        assertAltered(tranches(), good.getInt(tranches()) + 1, "its " + (SAFE + 2) + " tranches have ");
        assertAltered(SegmentLayout.TRANCHE_COUNT_OFFSET, 0, "its 0 tranches have 0 locks of ");
        assertAltered(SegmentLayout.TRANCHE_COUNT_OFFSET, SAFE + 3, "tranche " + (SAFE + 2) + " has name \"\"");
        assertAltered(SegmentLayout.STRUCT_CAPACITY_OFFSET, ShmemIndexLayout.CAPACITY + 1, "it has ");
        Segment.attach(file).close();
    }

    private void assertAltered(final int offset, final int value, final String what) throws IOException {
        store(offset, value);
        for (int i = 0; i < 2; i++) {
            final boolean open = i == 0;
            final ShmemException e = assertThrows(ShmemException.class,
                () -> (open ? Segment.open(file, Peer.CONFIG) : Segment.attach(file)).close());
            assertTrue(e.getMessage().startsWith("segment \"" + file + "\" was altered: " + what), e.getMessage());
            assertEquals(ShmemException.DATA_CORRUPTED, e.sqlState());
        }
        store(offset, good.getInt(offset));
    }

    @Test
    void noWordOfHeaderOrTranchesIsReliedOnUnchecked() throws IOException {
        assertAnyValue(0, SegmentLayout.HEADER_LENGTH);
        assertAnyValue(tranches(), tranches() + (SAFE + 3) * TrancheLayout.LENGTH);
        Segment.attach(file).close();
    }

    private void assertAnyValue(final int from, final int to) throws IOException {
        int refused = 0;
        for (int offset = from; offset < to; offset += Integer.BYTES) {
            for (final int value : new int[] {0, 1, -1, Integer.MAX_VALUE, good.getInt(offset) ^ 1 << 7}) {
                store(offset, value);
                try {
                    Segment.attach(file).close();
                } catch (final ShmemException e) {
                    assertTrue(e.getMessage().contains("\"" + file + "\""), e.getMessage());
                    refused++;
                }
                store(offset, good.getInt(offset));
            }
        }
        assertTrue(refused > 0);
    }
}
