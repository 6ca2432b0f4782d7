package dev.wharf.core.catalog;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a table consists of at one moment: its files, and its batches in row order.
 *
 * <pre>
 *   0   8  magic "WHARFMAN"
 *   8   4  format version
 *  12   4  CRC-32C of everything after byte 16
 *  16   8  total length
 *  24   8  boot id's hash of the boot that wrote it, for unlogged tables
 *  32   4  files          each: int32 name length, name (UTF-8), int64 length
 *       4  batches        each: int32 file, int64 offset, int32 metadata length, int64 body length, int32 rows,
 *                         int32 length of the statistics, statistics ({@link BatchStatistics})
 * </pre>
 * Version 1 has no statistics; it is read, and written anew as version 2 by the next change.
 *
 * <p>Little-endian. Written to a temporary name, synced, renamed: a reader sees the one before or this one.
 *
 * @param boot    {@code 0} in an empty table
 * @param files   paths relative to the table's directory, with their lengths
 * @param batches in row order
 */
public record Manifest(long boot, List<DataFile> files, List<Batch> batches) {
    public static final Manifest EMPTY = new Manifest(0, List.of(), List.of());

    private static final long MAGIC = 0x4E414D4652414857L;
    private static final int VERSION = 2;
    private static final int VERSION_WITHOUT_STATISTICS = 1;

    public record DataFile(String path, long length) {
    }

    /** @param file index into {@link Manifest#files} */
    public record Batch(int file, BatchBlock block, BatchStatistics statistics) {
    }

    public Manifest {
        files = List.copyOf(files);
        batches = List.copyOf(batches);
    }

    public long rows() {
        long n = 0;
        for (Batch b : batches) {
            n += b.block().rows();
        }
        return n;
    }

    public long bytes() {
        long n = 0;
        for (DataFile f : files) {
            n += f.length();
        }
        return n;
    }

    /** This table with a load's files and batches behind what it has. */
    public Manifest append(long newBoot, List<DataFile> newFiles, List<Batch> newBatches) {
        List<DataFile> allFiles = new ArrayList<>(files);
        allFiles.addAll(newFiles);
        List<Batch> allBatches = new ArrayList<>(batches);
        for (Batch b : newBatches) {
            allBatches.add(new Batch(b.file() + files.size(), b.block(), b.statistics()));
        }
        return new Manifest(newBoot, allFiles, allBatches);
    }

    /** @throws PgError 54000 if it is longer than a buffer can be: at the least with a million batches of many columns */
    public ByteBuffer encode() {
        long wanted = 40;
        List<byte[]> names = new ArrayList<>();
        for (DataFile f : files) {
            names.add(f.path().getBytes(StandardCharsets.UTF_8));
            wanted += 12 + names.getLast().length;
        }
        for (Batch batch : batches) {
            wanted += 32 + batch.statistics().length();
        }
        if (wanted > Integer.MAX_VALUE - 8) {
            throw new PgError(SqlState.PROGRAM_LIMIT_EXCEEDED, "the table has too many batches: " + batches.size());
        }
        int length = (int) wanted;
        ByteBuffer b = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        b.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(length).putLong(boot).putInt(files.size());
        for (int i = 0; i < files.size(); i++) {
            b.putInt(names.get(i).length).put(names.get(i)).putLong(files.get(i).length());
        }
        b.putInt(batches.size());
        for (Batch batch : batches) {
            BatchBlock k = batch.block();
            b.putInt(batch.file()).putLong(k.offset()).putInt(k.metadataLength()).putLong(k.bodyLength()).putInt(k.rows());
            b.putInt(batch.statistics().length()).put(batch.statistics().bytes());
        }
        CRC32C crc = new CRC32C();
        crc.update(b.array(), 16, length - 16);
        b.putInt(12, (int) crc.getValue());
        return b.flip();
    }

    /**
     * @param name what to call it in an error
     * @throws PgError XX001 if it is not a whole manifest of this version
     */
    public static Manifest decode(byte[] bytes, String name) {
        ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < 40 || b.getLong() != MAGIC) {
            throw damaged(name, "it is not a manifest");
        }
        int version = b.getInt();
        if (version != VERSION && version != VERSION_WITHOUT_STATISTICS) {
            throw damaged(name, "its version is " + version + ", this program reads " + VERSION);
        }
        int expected = b.getInt();
        CRC32C crc = new CRC32C();
        crc.update(bytes, 16, bytes.length - 16);
        if (b.getLong() != bytes.length || expected != (int) crc.getValue()) {
            throw damaged(name, "its checksum does not match");
        }
        long boot = b.getLong();
        List<DataFile> files = new ArrayList<>();
        for (int n = b.getInt(); n > 0; n--) {
            byte[] path = new byte[b.getInt()];
            b.get(path);
            files.add(new DataFile(new String(path, StandardCharsets.UTF_8), b.getLong()));
        }
        List<Batch> batches = new ArrayList<>();
        for (int n = b.getInt(); n > 0; n--) {
            batches.add(new Batch(b.getInt(), new BatchBlock(b.getLong(), b.getInt(), b.getLong(), b.getInt()),
                    version == VERSION_WITHOUT_STATISTICS ? BatchStatistics.NONE : statistics(b)));
        }
        return new Manifest(boot, files, batches);
    }

    private static BatchStatistics statistics(ByteBuffer b) {
        byte[] bytes = new byte[b.getInt()];
        b.get(bytes);
        return BatchStatistics.ofBytes(bytes);
    }

    private static PgError damaged(String name, String why) {
        return new PgError(SqlState.DATA_CORRUPTED, "manifest \"" + name + "\" is damaged: " + why);
    }
}
