package dev.wharf.core.guc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.ServerLog;
import dev.wharf.shmem.os.ProcessIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigExecParamsTest {
    private static final int BOOT_ID = Integer.BYTES;
    private static final int PID = BOOT_ID + 16;
    private static final int START_TIME = PID + Long.BYTES;
    private static final int HEADER = START_TIME + Long.BYTES;

    @TempDir
    private Path directory;
    private final GucTable table = new GucTable(new ServerLog());

    private ConfigExecParams params() {
        return new ConfigExecParams(directory);
    }

    private byte[] written() throws IOException {
        Path conf = directory.resolve("wharf.conf");
        Files.writeString(conf, "lab.text = 'a''\\nb\\\\'\nlab.fixed = 1GB\nlab.own = 'x'\n");
        table.define(new StringVariable(new GucDefinition("lab.text", "A text.", GucContext.USERSET), "t", GucHooks.none()));
        table.define(new IntVariable(new GucDefinition("lab.fixed", "Set.", GucContext.POSTMASTER, GucFlag.UNIT_KB), 1, 0,
                Integer.MAX_VALUE, GucHooks.none()));
        table.define(new RealVariable(new GucDefinition("lab.rate", "Not set.", GucContext.POSTMASTER), 0.1 + 0.2, 0, 1,
                GucHooks.none()));
        table.define(new IntVariable(new GucDefinition("lab.many.dots", "Not set.", GucContext.POSTMASTER, GucFlag.UNIT_MS),
                90_000, 0, Integer.MAX_VALUE, GucHooks.none()));
        table.define(new IntVariable(new GucDefinition("lab.free", "Not set.", GucContext.USERSET), 1, 0, 9, GucHooks.none()));
        new ConfigFileProcessor(table, conf).load();
        params().write(table);
        return Files.readAllBytes(directory.resolve(ConfigExecParams.NAME));
    }

    @Test
    void hasWhatIsNotTheDefaultAndDefaultsThatNobodyMayChange() throws IOException {
        written();
        assertEquals(List.of(new ConfigFile.Item("lab.fixed", "1GB", 1), new ConfigFile.Item("lab.many.dots", "90s", 2,
                        GucSource.DYNAMIC_DEFAULT), new ConfigFile.Item("lab.own", "x", 3),
                new ConfigFile.Item("lab.text", "a'\nb\\", 4)), params().read());
        assertEquals(ProcessHandle.current().pid(), params().postmasterPid());
        params().remove();
        assertNull(params().read());
        assertEquals(0, params().postmasterPid());
        params().remove();
    }

    @Test
    void isNobodysOnceItsWriterHasEnded() throws IOException {
        byte[] own = written();
        for (int at : new int[] {BOOT_ID, PID - 1, START_TIME + Long.BYTES - 1}) {
            byte[] other = own.clone();
            other[at] ^= 1;
            replace(other);
            assertNull(params().read());
            assertEquals(0, params().postmasterPid());
            params().remove();
            assertTrue(Files.exists(directory.resolve(ConfigExecParams.NAME)));
        }
        for (int length : new int[] {0, 3, HEADER - 1}) {
            replace(Arrays.copyOf(own, length));
            assertNull(params().read());
        }
        replace("shared_preload_libraries = 'a text that is no such file'\n".getBytes());
        assertNull(params().read());
    }

    @Test
    void anothersStays() throws IOException {
        byte[] own = written();
        ProcessIdentity first = ProcessIdentity.of(ProcessHandle.current().parent().orElseThrow().pid());
        replace(ByteBuffer.wrap(own.clone()).putLong(PID, first.pid()).putLong(START_TIME, first.startTime()).array());
        assertEquals(first.pid(), params().postmasterPid());
        assertFalse(params().read().isEmpty());
        params().remove();
        assertEquals(first.pid(), params().postmasterPid());
    }

    @Test
    void damagedOneIsAnError() throws IOException {
        byte[] own = written();
        replace(Arrays.copyOf(own, HEADER + 1));
        PgError e = assertThrows(PgError.class, () -> params().read());
        assertEquals("XX001 invalid data in file \"" + directory.resolve(ConfigExecParams.NAME) + "\"",
                e.sqlState() + " " + e.getMessage());
        assertEquals("XX001", assertThrows(PgError.class, () -> {
            replace(Arrays.copyOf(own, own.length - 1));
            params().read();
        }).sqlState());
    }

    private void replace(byte[] bytes) throws IOException {
        Files.write(directory.resolve(ConfigExecParams.NAME), bytes);
    }
}
