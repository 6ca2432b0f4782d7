package dev.wharf.bench.data;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataFilesTest {
    @TempDir
    Path directory;

    /** The bytes are pinned: figures of different days are of the same data. Raise DataSet.VERSION with them. */
    @ParameterizedTest
    @CsvSource({
        "lineitem, 0.02, 120515, f1ef27e5",
        "quoted, 0.02, 32800, 74eb1176",
        "wide, 0.02, 5440, 1f0773e4",
        "narrow, 0.02, 288000, c17add7b",
        "text, 0.02, 2300, 8aa8cfd6",
    })
    void makesTheSameBytesEveryTime(String name, double scale, long rows, String crc32c) throws IOException {
        DataFile file = DataFiles.ensure(DataSets.named(name), scale, directory);
        System.out.printf("%s at scale %s: %d rows, %d bytes, CRC-32C %08x%n", name, scale, file.rows(), file.bytes(),
                file.fingerprint().crc32c());
        assertAll(
                () -> assertEquals(rows, file.rows()),
                () -> assertEquals(crc32c, String.format("%08x", file.fingerprint().crc32c())),
                () -> assertEquals(file.fingerprint(), Fingerprint.of(file.path())),
                () -> assertTrue(Files.readString(file.path()).startsWith(file.set().header())));
    }

    @Test
    void theHalvesAreTheFile() throws IOException {
        DataFile file = DataFiles.ensure(RandomData.QUOTED, 0.02, directory);
        String header = file.set().header();
        String first = Files.readString(file.halves().get(0));
        String second = Files.readString(file.halves().get(1));
        assertTrue(second.startsWith(header) && second.length() > header.length());
        assertEquals(Files.readString(file.path()), first + second.substring(header.length()));
        // cut between two rows: outside quotes
        assertEquals(0, first.chars().filter(c -> c == '"').count() % 2);
    }

    @Test
    void findsWhatItMadeAndMakesAnewWhatWasCut() throws IOException {
        DataFile made = DataFiles.ensure(RandomData.NARROW, 0.001, directory);
        FileTime then = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(made.path(), then);
        assertEquals(made, DataFiles.ensure(RandomData.NARROW, 0.001, directory));
        assertEquals(then, Files.getLastModifiedTime(made.path()), "made again although it was there");

        Files.writeString(made.path(), "k,v\n");
        assertEquals(made, DataFiles.ensure(RandomData.NARROW, 0.001, directory));
        assertEquals(made.fingerprint(), Fingerprint.of(made.path()));
    }

    @Test
    void lineItemIsTheSameHoweverItIsDivided() {
        CsvBlock whole = new CsvBlock();
        LineItemData.INSTANCE.write(0, 1, 0.002, whole);
        CsvBlock parts = new CsvBlock();
        for (int part = 0; part < 7; part++) {
            LineItemData.INSTANCE.write(part, 7, 0.002, parts);
        }
        assertEquals(whole.text(), parts.text());
    }

    @Test
    void aFingerprintKnowsRowsInAnotherOrderFromOtherRows() {
        Fingerprint one = fingerprint("a,\"x\ny\"\nb,2\n", 1);
        assertEquals(one, fingerprint("a,\"x\ny\"\nb,2\n", 1000));
        Fingerprint turned = fingerprint("b,2\na,\"x\ny\"\n", 3);
        assertTrue(one.sameRows(turned));
        assertNotEquals(one, turned);
        // the same physical lines, but other rows
        assertTrue(!one.sameRows(fingerprint("a,\"x\nb,2\ny\"\n", 3)));
        assertTrue(!one.sameRows(fingerprint("a,\"x\ny\"\nb,3\n", 3)));
        assertTrue(!one.sameRows(fingerprint("a,\"x\ny\"\nb,2", 3)));
    }

    @Test
    void namesTheDataSetsThereAre() {
        Exception e = assertThrows(IllegalArgumentException.class, () -> DataSets.named("orders"));
        assertEquals("no data set \"orders\": there are lineitem, quoted, wide, narrow, text", e.getMessage());
    }

    private static Fingerprint fingerprint(String text, int piece) {
        Fingerprint.Builder builder = new Fingerprint.Builder();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += piece) {
            byte[] part = java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece));
            builder.update(part, part.length);
        }
        return builder.build();
    }
}
