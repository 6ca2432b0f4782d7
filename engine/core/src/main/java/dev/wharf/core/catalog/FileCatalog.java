package dev.wharf.core.catalog;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

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
    private final SequenceFiles sequenceFiles;

    public FileCatalog(Path dataDirectory, CatalogLocks locks, Proc proc) {
        catalogFile = dataDirectory.resolve("catalog");
        base = dataDirectory.resolve("base");
        this.locks = locks;
        this.proc = proc;
        loads = new LoadDirectories();
        sequenceFiles = new SequenceFiles(base);
    }

    /** Makes the files of an empty catalog. */
    public static void init(Path dataDirectory) throws IOException {
        Files.createDirectory(dataDirectory.resolve("base"));
        DurableFile.replace(dataDirectory.resolve("catalog"), new CatalogContent(FIRST_OID, List.of(), List.of()).encode());
    }

    @Override
    public Relation lookup(String name) {
        return read().relation(name);
    }

    @Override
    public List<Relation> relations() {
        List<Relation> all = new ArrayList<>(read().relations());
        all.sort(Comparator.comparing(Relation::name));
        return all;
    }

    @Override
    public Relation create(String name, List<Column> columns, boolean unlogged, List<NewSequence> sequences) {
        return changing(old -> {
            if (old.isTaken(name)) {
                throw new PgError(SqlState.DUPLICATE_TABLE, "relation \"" + name + "\" already exists");
            }
            // The table's name is taken before its sequences' are chosen
            CatalogContent content = old.with(new Relation(old.nextOid(), name, columns, unlogged));
            List<Column> complete = new ArrayList<>(columns);
            for (NewSequence wanted : sequences) {
                Column column = columns.get(wanted.column());
                Sequence sequence = content.sequence(wanted.existing());
                if (sequence == null) {
                    if (wanted.existing() != null) {
                        throw SequenceFiles.noRelation(wanted.existing());
                    }
                    sequence = wanted.options().withIdentity(content.nextOid(),
                            SequenceFiles.chooseName(content, name, column.name()), old.nextOid(), column.name());
                    makeSequence(sequence);
                    content = content.with(sequence);
                }
                complete.set(wanted.column(), new Column(column.name(), column.type(), column.notNull(),
                        new ColumnDefault.NextVal(sequence.oid(), sequence.name(), wanted.identity())));
            }
            Relation relation = new Relation(old.nextOid(), name, complete, unlogged);
            DurableFile.replace(makeDirectory(relation.oid()).resolve("manifest"), Manifest.EMPTY.encode());
            write(content.with(relation));
            return relation;
        });
    }

    /** What changes the catalog file, under its lock. */
    private interface Change<T> {
        T apply(CatalogContent old) throws IOException;
    }

    private <T> T changing(Change<T> change) {
        LWLock lock = locks.catalog();
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            return change.apply(read());
        } catch (IOException e) {
            throw DurableFile.error("write file", catalogFile, e);
        } finally {
            lock.release(proc);
        }
    }

    private void write(CatalogContent content) throws IOException {
        DurableFile.replace(catalogFile, content.encode());
    }

    private Path makeDirectory(int oid) throws IOException {
        Path directory = directory(oid);
        // A crash may have left this number's directory behind, without a table.
        DurableFile.deleteTree(directory);
        return Files.createDirectory(directory);
    }

    private void makeSequence(Sequence sequence) throws IOException {
        makeDirectory(sequence.oid());
        sequenceFiles.write(sequence, sequence.initial());
    }

    @Override
    public void drop(String name) {
        Relation relation = lockExclusive(name, "table");
        try {
            List<Integer> gone = changing(old -> {
                List<Integer> oids = new ArrayList<>(List.of(relation.oid()));
                old.sequences().stream().filter(s -> s.owner() == relation.oid()).forEach(s -> oids.add(s.oid()));
                SequenceFiles.checkUnused(old.without(List.of(relation.oid())), oids, name);
                write(old.without(oids));
                return oids;
            });
            for (int oid : gone) {
                DurableFile.deleteTree(directory(oid));
            }
        } catch (IOException e) {
            throw DurableFile.error("remove table", directory(relation), e);
        } finally {
            locks.relation(relation.oid()).release(proc);
        }
    }

    @Override
    public List<Sequence> sequences() {
        return read().sequences();
    }

    @Override
    public Sequence createSequence(String name, Sequence options, String ownerTable, String ownerColumn) {
        return changing(old -> {
            if (old.isTaken(name)) {
                throw new PgError(SqlState.DUPLICATE_TABLE, "relation \"" + name + "\" already exists");
            }
            int owner = ownerTable == null ? 0 : SequenceFiles.owner(old, ownerTable, ownerColumn).oid();
            Sequence sequence = options.withIdentity(old.nextOid(), name, owner, ownerColumn);
            makeSequence(sequence);
            write(old.with(sequence));
            return sequence;
        });
    }

    @Override
    public void dropSequences(List<Sequence> sequences) {
        List<Integer> oids = sequences.stream().map(Sequence::oid).toList();
        changing(old -> {
            SequenceFiles.checkUnused(old, oids, null);
            write(old.without(oids));
            return null;
        });
        try {
            for (int oid : oids) {
                DurableFile.deleteTree(directory(oid));
            }
        } catch (IOException e) {
            throw DurableFile.error("remove sequence", base, e);
        }
    }

    @Override
    public Sequence.State state(Sequence sequence) {
        return sequenceFiles.read(sequence);
    }

    @Override
    public Sequence.State take(Sequence sequence, ToLongFunction<Sequence.State> count) {
        // The same lock as a table of that number would have
        LWLock lock = locks.manifest(sequence.oid());
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            Sequence.State state = sequenceFiles.read(sequence);
            long n = count.applyAsLong(state);
            if (n > 0) {
                sequenceFiles.write(sequence, sequence.after(state, n));
            }
            return state;
        } catch (IOException e) {
            throw DurableFile.error("write file", directory(sequence.oid()), e);
        } finally {
            lock.release(proc);
        }
    }

    @Override
    public void restart(Sequence sequence) {
        LWLock lock = locks.manifest(sequence.oid());
        lock.acquire(proc, LWLockMode.EXCLUSIVE);
        try {
            sequenceFiles.write(sequence, sequence.initial());
        } catch (IOException e) {
            throw DurableFile.error("write file", directory(sequence.oid()), e);
        } finally {
            lock.release(proc);
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
        return directory(relation.oid());
    }

    private Path directory(int oid) {
        return base.resolve(Integer.toString(oid));
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
            CatalogContent content = read();
            List<Relation> relations = content.relations();
            try (var directories = Files.newDirectoryStream(base)) {
                for (Path directory : directories) {
                    if (relations.stream().noneMatch(r -> directory(r).equals(directory))
                            && content.sequences().stream().noneMatch(q -> directory(q.oid()).equals(directory))) {
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

    private CatalogContent read() {
        try {
            return CatalogContent.decode(Files.readAllBytes(catalogFile));
        } catch (NoSuchFileException e) {
            throw DurableFile.error("open file", catalogFile, e);
        } catch (IOException | IllegalArgumentException e) {
            throw new PgError(SqlState.DATA_CORRUPTED, "catalog \"" + catalogFile + "\" is damaged", e);
        }
    }
}
