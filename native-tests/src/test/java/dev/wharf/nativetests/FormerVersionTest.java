package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Manifest;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.error.PgError;
import dev.wharf.core.types.PgType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory of the first version, as its programs wrote it. */
class FormerVersionTest {
    @TempDir
    private Path directory;

    @Test
    void isOpenedAndBecomesOneOfThisVersion() throws IOException {
        make("1");
        Relation expected = new Relation(16390, "old", List.of(new Column("a", new PgType(PgType.Kind.NUMERIC, 5, 2), true),
                new Column("b", PgType.of(PgType.Kind.TEXT), false)), true);
        try (DataDirectory data = DataDirectory.open(directory)) {
            assertEquals(List.of(expected), data.catalog().relations());
            assertEquals("2", Files.readString(directory.resolve("WHARF_VERSION")).strip());
            assertTrue(Files.exists(directory.resolve("wharf.conf")));
            Files.writeString(directory.resolve("in.csv"), "1.5,x\n");
            new Backend(data, directory).execute("COPY old FROM 'in.csv' (FORMAT csv); CREATE TABLE new (c serial)",
                    new CopyPair.Receiver());
        }
        try (DataDirectory data = DataDirectory.open(directory)) {
            assertEquals(List.of("new", "old"), data.catalog().relations().stream().map(Relation::name).toList());
            assertEquals(1, data.catalog().size(expected).rows());
            assertEquals(16391, data.catalog().lookup("new").oid());
            assertEquals(16392, data.catalog().sequence("new_c_seq").oid());
        }
    }

    @Test
    void oneOfALaterVersionIsRefused() throws IOException {
        make("3");
        PgError e = assertThrows(PgError.class, () -> DataDirectory.open(directory));
        assertEquals("data directory \"" + directory + "\" has version 3, this program needs 2", e.getMessage());
    }

    private void make(String version) throws IOException {
        Files.writeString(directory.resolve("WHARF_VERSION"), version + "\n");
        Path table = Files.createDirectories(directory.resolve("base/16390"));
        ByteBuffer manifest = Manifest.EMPTY.encode();
        byte[] bytes = new byte[manifest.remaining()];
        manifest.get(bytes);
        Files.write(table.resolve("manifest"), bytes);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(content);
        out.writeInt(16391);
        out.writeInt(1);
        out.writeInt(16390);
        out.writeUTF("old");
        out.writeBoolean(true);
        out.writeInt(2);
        out.writeUTF("a");
        out.writeUTF("NUMERIC");
        out.writeInt(5);
        out.writeInt(2);
        out.writeBoolean(true);
        out.writeUTF("b");
        out.writeUTF("TEXT");
        out.writeInt(-1);
        out.writeInt(0);
        out.writeBoolean(false);
        CRC32C crc = new CRC32C();
        crc.update(content.toByteArray());
        Files.write(directory.resolve("catalog"),
                ByteBuffer.allocate(4 + content.size()).putInt((int) crc.getValue()).put(content.toByteArray()).array());
    }
}
