package dev.wharf.core.catalog;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The catalog as files: {@code catalog} lists the tables, {@code base/OID/manifest} says what a table consists of. Each is
 * replaced as a whole by a rename, under its LWLock; a reader without the lock sees the one before or the one after.
 */
public final class FileCatalog implements Catalog {
    /** PostgreSQL's FirstNormalObjectId. */
    private static final int FIRST_OID = 16384;

    private final Path catalogFile;
    private final Path base;
    private final CatalogLocks locks;
    private final Proc proc;
    private final LoadDirectories loads;

    public FileCatalog(Path dataDirectory, CatalogLocks locks, Proc proc) {
        catalogFile = dataDirectory.resolve("catalog");
        base = dataDirectory.resolve("base");
        this.locks = locks;
        this.proc = proc;
        loads = new LoadDirectories();
    }

    private record Content(int nextOid, List<Relation> relations) {
    }

    /** Makes the files of an empty catalog. */
    public static void init(Path dataDirectory) throws IOException {
        Files.createDirectory(dataDirectory.resolve("base"));
        DurableFile.replace(dataDirectory.resolve("catalog"), encode(new Content(FIRST_OID, List.of())));
    }

    @Override
    public Relation lookup(String name) {
        for (Relation r : read().relations()) {
            if (r.name().equals(name)) {
                return r;
            }
        }
        return null;
    }

    @Override
    public List<Relation> relations() {
        List<Relation> all = new ArrayList<>(read().relations());
        all.sort(Comparator.comparing(Relation::name));
        return all;
    }

    @Override
    public Relation create(String name, List<Column> columns, boolean unlogged) {
        LWLock lock = locks.catalog();
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            if (lookup(name) != null) {
                throw new PgError(SqlState.DUPLICATE_TABLE, "relation \"" + name + "\" already exists");
            }
            Content old = read();
            Relation relation = new Relation(old.nextOid(), name, columns, unlogged);
            Path directory = directory(relation);
            // A crash may have left this number's directory behind, without a table.
            DurableFile.deleteTree(directory);
            Files.createDirectory(directory);
            DurableFile.replace(directory.resolve("manifest"), Manifest.EMPTY.encode());
            List<Relation> relations = new ArrayList<>(old.relations());
            relations.add(relation);
            DurableFile.replace(catalogFile, encode(new Content(old.nextOid() + 1, relations)));
            return relation;
        } catch (IOException e) {
            throw DurableFile.error("write file", catalogFile, e);
        } finally {
            lock.release(proc);
        }
    }

    @Override
    public void drop(String name) {
        Relation relation = lockExclusive(name, "table");
        try {
            LWLock lock = locks.catalog();
            lock.acquire(proc, LWLockMode.EXCLUSIVE);
            try {
                Content old = read();
                List<Relation> relations = new ArrayList<>(old.relations());
                relations.removeIf(r -> r.oid() == relation.oid());
                DurableFile.replace(catalogFile, encode(new Content(old.nextOid(), relations)));
            } finally {
                lock.release(proc);
            }
            DurableFile.deleteTree(directory(relation));
        } catch (IOException e) {
            throw DurableFile.error("remove table", directory(relation), e);
        } finally {
            locks.relation(relation.oid()).release(proc);
        }
    }

    @Override
    public void truncate(String name) {
        Relation relation = lockExclusive(name, "relation");
        try {
            replaceManifest(relation, Manifest.EMPTY);
            LoadDirectories.removeUnreferenced(directory(relation), Manifest.EMPTY);
        } catch (IOException e) {
            throw DurableFile.error("truncate table", directory(relation), e);
        } finally {
            locks.relation(relation.oid()).release(proc);
        }
    }

    private Relation lockExclusive(String name, String kind) {
        return lock(name, LWLockMode.EXCLUSIVE, kind);
    }

    /**
     * Holds the table against DROP and TRUNCATE until {@link #unlock}.
     *
     * @throws PgError 42P01 if there is no such table, also if it went while this waited
     */
    public Relation lockShared(String name) {
        return lock(name, LWLockMode.SHARED, "relation");
    }

    private Relation lock(String name, LWLockMode mode, String kind) {
        for (;;) {
            Relation relation = lookup(name);
            if (relation == null) {
                throw new PgError(SqlState.UNDEFINED_TABLE, kind + " \"" + name + "\" does not exist");
            }
            LWLock lock = locks.relation(relation.oid());
            lock.acquire(proc, mode);
            if (relation.equals(lookup(name))) {
                return relation;
            }
            lock.release(proc);
        }
    }

    public void unlock(Relation relation) {
        locks.relation(relation.oid()).release(proc);
    }

    /** Where a table's files are. */
    public Path directory(Relation relation) {
        return base.resolve(Integer.toString(relation.oid()));
    }

    /** Makes the directory of a new load, whose name tells who is loading. */
    public Path createLoadDirectory(Relation relation) {
        return loads.create(directory(relation));
    }

    /** The table at this moment. */
    public Manifest manifest(Relation relation) {
        Path file = directory(relation).resolve("manifest");
        try {
            return Manifest.decode(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw DurableFile.error("read file", file, e);
        }
    }

    /** Makes a load's files part of the table: durably, and at once for all who read the manifest after. */
    public void publish(Relation relation, List<Manifest.DataFile> files, List<Manifest.Batch> batches, Path loadDirectory) {
        LWLock lock = locks.manifest(relation.oid());
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            if (!relation.unlogged()) {
                DurableFile.syncDirectory(loadDirectory);
                DurableFile.syncDirectory(directory(relation));
            }
            writeManifest(relation, manifest(relation).append(LoadDirectories.currentBoot(), files, batches));
        } catch (IOException e) {
            throw DurableFile.error("write file", directory(relation).resolve("manifest"), e);
        } finally {
            lock.release(proc);
        }
    }

    private void replaceManifest(Relation relation, Manifest manifest) throws IOException {
        LWLock lock = locks.manifest(relation.oid());
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            writeManifest(relation, manifest);
        } finally {
            lock.release(proc);
        }
    }

    private void writeManifest(Relation relation, Manifest manifest) throws IOException {
        DurableFile.replace(directory(relation).resolve("manifest"), manifest.encode());
    }

    @Override
    public Size size(Relation relation) {
        Manifest manifest = manifest(relation);
        return new Size(manifest.rows(), manifest.bytes());
    }

    /**
     * Removes what crashed processes left: loads never published, tables never entered or already dropped; and empties the
     * unlogged tables of another boot.
     */
    public void cleanUp() {
        LWLock lock = locks.catalog();
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            List<Relation> relations = read().relations();
            try (var directories = Files.newDirectoryStream(base)) {
                for (Path directory : directories) {
                    if (relations.stream().noneMatch(r -> directory(r).equals(directory))) {
                        DurableFile.deleteTree(directory);
                    }
                }
            }
            Files.deleteIfExists(DurableFile.temporary(catalogFile));
            for (Relation relation : relations) {
                try {
                    cleanUp(relation);
                } catch (PgError e) {
                    // One damaged table must not keep the others from being used, nor itself from being dropped.
                    System.getLogger(FileCatalog.class.getName()).log(System.Logger.Level.DEBUG, "could not clean up table "
                            + relation.name(), e);
                }
            }
        } catch (IOException e) {
            throw DurableFile.error("clean up directory", base, e);
        } finally {
            lock.release(proc);
        }
    }

    private void cleanUp(Relation relation) throws IOException {
        LWLock lock = locks.manifest(relation.oid());
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            Files.deleteIfExists(DurableFile.temporary(directory(relation).resolve("manifest")));
        } finally {
            lock.release(proc);
        }
        long boot = manifest(relation).boot();
        if (relation.unlogged() && boot != 0 && boot != LoadDirectories.currentBoot()) {
            replaceManifest(relation, Manifest.EMPTY);
        }
        LoadDirectories.removeAbandoned(directory(relation), () -> manifest(relation));
    }

    private Content read() {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(checked(Files.readAllBytes(catalogFile))))) {
            int next = in.readInt();
            int count = in.readInt();
            List<Relation> relations = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                relations.add(RelationCodec.read(in));
            }
            return new Content(next, relations);
        } catch (NoSuchFileException e) {
            throw DurableFile.error("open file", catalogFile, e);
        } catch (IOException | IllegalArgumentException e) {
            throw new PgError(SqlState.DATA_CORRUPTED, "catalog \"" + catalogFile + "\" is damaged", e);
        }
    }

    /**
     * The content behind the checksum. A damaged catalog must never pass for one that has fewer tables: their files would
     * be removed.
     */
    private static byte[] checked(byte[] file) throws IOException {
        CRC32C crc = new CRC32C();
        if (file.length >= Integer.BYTES) {
            crc.update(file, Integer.BYTES, file.length - Integer.BYTES);
        }
        if (file.length < Integer.BYTES || ByteBuffer.wrap(file).getInt() != (int) crc.getValue()) {
            throw new IOException("its checksum does not match");
        }
        return Arrays.copyOfRange(file, Integer.BYTES, file.length);
    }

    /** CRC-32C of what follows, the next oid, the number of tables, the tables; all big-endian. */
    private static ByteBuffer encode(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0);
        out.writeInt(content.nextOid());
        out.writeInt(content.relations().size());
        for (Relation r : content.relations()) {
            RelationCodec.write(out, r);
        }
        ByteBuffer file = ByteBuffer.wrap(bytes.toByteArray());
        CRC32C crc = new CRC32C();
        crc.update(file.array(), Integer.BYTES, file.limit() - Integer.BYTES);
        return file.putInt(0, (int) crc.getValue());
    }
}
