package dev.wharf.core.guc;

import dev.wharf.core.catalog.DurableFile;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.shmem.os.ProcessIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The values that a postmaster has in effect, for processes that are not forked from it: PostgreSQL's config_exec_params, as its
 * EXEC_BACKEND has it.
 *
 * <pre>
 *   magic (4) │ boot id (16) │ pid (8) │ start time (8) │ settings: name (UTF), source (UTF), length (4), value (UTF-8)
 * </pre>
 *
 * <p>It says whose values these are: once that process has ended, however it did, nobody takes them. It is replaced by a rename,
 * so that a reader sees one reload's values. One thread at a time.
 */
final class ConfigExecParams {
    static final String NAME = "config_exec_params";
    private static final int MAGIC = 0x57475543;
    private static final int BOOT_ID_BYTES = 16;

    private final Path file;

    /** @param directory the data directory */
    ConfigExecParams(Path directory) {
        file = directory.resolve(NAME);
    }

    Path file() {
        return file;
    }

    /** write_nondefault_variables, by the postmaster. @throws PgError if it cannot be written; what was there stays */
    void write(GucTable table) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.write(ProcessIdentity.bootId());
            out.writeLong(ProcessIdentity.current().pid());
            out.writeLong(ProcessIdentity.current().startTime());
            for (GucVariable<?> variable : table.variables()) {
                if (variable.source() != GucSource.DEFAULT) {
                    write(out, variable.name(), variable.source(), variable.processText());
                } else if (variable.context() == GucContext.POSTMASTER) {
                    // A default may depend on what a process may use of the machine
                    String text = variable.defaultText();
                    if (text != null) {
                        write(out, variable.name(), GucSource.DYNAMIC_DEFAULT, text);
                    }
                }
            }
            DurableFile.replace(file, ByteBuffer.wrap(bytes.toByteArray()));
        } catch (IOException e) {
            throw DurableFile.error("write file", file, e);
        }
    }

    private static void write(DataOutputStream out, String name, GucSource source, String value) throws IOException {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        out.writeUTF(name);
        out.writeUTF(source.name());
        out.writeInt(text.length);
        out.write(text);
    }

    /** read_nondefault_variables. Null if no postmaster lives that has written them. */
    List<ConfigFile.Item> read() {
        try (DataInputStream in = open()) {
            if (in == null || owner(in) == null) {
                return null;
            }
            List<ConfigFile.Item> items = new ArrayList<>();
            while (in.available() > 0) {
                String name = in.readUTF();
                GucSource source = GucSource.valueOf(in.readUTF());
                byte[] value = new byte[Math.min(in.readInt(), in.available() + 1)];
                in.readFully(value);
                items.add(new ConfigFile.Item(name, new String(value, StandardCharsets.UTF_8), items.size() + 1, source));
            }
            return items;
        } catch (IOException | IllegalArgumentException | NegativeArraySizeException e) {
            throw new PgError(SqlState.DATA_CORRUPTED, "invalid data in file \"" + file + "\"", e);
        }
    }

    /** The pid of the live postmaster that has written them, or 0. */
    long postmasterPid() {
        try (DataInputStream in = open()) {
            ProcessIdentity owner = in == null ? null : owner(in);
            return owner == null ? 0 : owner.pid();
        } catch (IOException e) {
            throw DurableFile.error("read file", file, e);
        }
    }

    /** Null if there is no such file, or it is of something else. */
    private DataInputStream open() {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            return null;
        } catch (IOException e) {
            throw DurableFile.error("read file", file, e);
        }
        boolean whole = bytes.length >= Integer.BYTES + BOOT_ID_BYTES + 2 * Long.BYTES;
        return whole && ByteBuffer.wrap(bytes).getInt() == MAGIC ? new DataInputStream(new ByteArrayInputStream(bytes)) : null;
    }

    /** Null once it has ended. */
    private static ProcessIdentity owner(DataInputStream in) throws IOException {
        in.readInt();
        boolean thisBoot = Arrays.equals(in.readNBytes(BOOT_ID_BYTES), ProcessIdentity.bootId());
        ProcessIdentity owner = new ProcessIdentity(in.readLong(), in.readLong());
        return thisBoot && owner.isAlive() ? owner : null;
    }

    /** By the postmaster as it ends, if the file is still its own: the next one may have written its own already. */
    void remove() {
        if (postmasterPid() == ProcessIdentity.current().pid()) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw DurableFile.error("remove file", file, e);
            }
        }
    }
}
