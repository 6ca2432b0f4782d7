package dev.wharf.core.extension;

import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.ServerLog;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.guc.GucTable;
import dev.wharf.core.guc.ServerParameters;
import dev.wharf.core.tcop.Elog;
import dev.wharf.core.tcop.UtilityHooks;
import dev.wharf.shmem.LWLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.ShmemException;
import dev.wharf.shmem.ShmemRequest;
import dev.wharf.shmem.bgworker.BackgroundWorker;
import dev.wharf.shmem.bgworker.BackgroundWorkerMain;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The libraries that a process has loaded. There is no fork from a process that has them: each one that opens the data
 * directory loads them itself, as PostgreSQL's processes do on Windows.
 *
 * <p>The order is: {@link #load}, {@link #requestShmem}, the segment is opened, {@link #checkSegment}, {@link #startup}.
 * Whatever fails says which library it was. One thread at a time.
 */
public final class Extensions implements AutoCloseable {
    private static final String PARAMETER = "shared_preload_libraries";
    private static final String FOLDER = "extensions";

    private final Path dataDirectory;
    private final ServerParameters parameters;
    private final Elog elog;
    private final UtilityHooks hooks = new UtilityHooks();
    private final ExtensionClassLoaders loaders;
    /** By the name of the library. */
    private final Map<String, ClassLoader> libraries = new HashMap<>();
    private final List<Owned<Runnable>> requestHooks = new ArrayList<>();
    /** Bytes, by the name of the library, in the order of loading. */
    private final Map<String, Long> requests = new LinkedHashMap<>();
    private final List<Owned<ShmemStartupHook>> startupHooks = new ArrayList<>();
    private final List<BackgroundWorker> workers = new ArrayList<>();
    private ShmemRequest request;
    private long requestedSize;

    private record Owned<T>(String library, T hook) {
    }

    private interface Step {
        void run() throws Exception;
    }

    private Extensions(Path dataDirectory, ServerParameters parameters, Elog elog) {
        this.dataDirectory = dataDirectory;
        this.parameters = parameters;
        this.elog = elog;
        loaders = new ExtensionClassLoaders(dataDirectory.resolve(FOLDER));
    }

    /**
     * Loads the libraries of {@code shared_preload_libraries}, in that order.
     *
     * @param dataDirectory absolute
     * @throws PgError {@code could not load library "x": reason}, with the reason's SQLSTATE
     */
    public static Extensions load(Path dataDirectory, ServerParameters parameters, Elog elog) {
        Extensions extensions = new Extensions(dataDirectory, parameters, elog);
        boolean loaded = false;
        try {
            LibraryNames.of(PARAMETER, parameters.builtIn().sharedPreloadLibraries()).forEach(extensions::load);
            loaded = true;
            return extensions;
        } finally {
            if (!loaded) {
                extensions.close();
            }
        }
    }

    private void load(String library) {
        step(library, () -> {
            ExtensionContext context = new ExtensionContext(this, library);
            ClassLoader loader = loaders.find(library);
            LibraryExit.watch(log());
            libraries.put(library, loader);
            instance(loader, library, Extension.class).init(context);
            context.loaded();
        });
        parameters.log().write(ErrorLevel.DEBUG1, "loaded library \"" + library + "\"");
    }

    private static <T> T instance(ClassLoader loader, String className, Class<T> type) throws ClassNotFoundException {
        Class<?> found = Class.forName(className, true, loader);
        if (!type.isAssignableFrom(found)) {
            throw new PgError(SqlState.WRONG_OBJECT_TYPE, "class " + className + " does not implement " + type.getName());
        }
        try {
            return type.cast(found.getConstructor().newInstance());
        } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
            throw new PgError(SqlState.WRONG_OBJECT_TYPE, "class " + className
                    + " must be public, with a public constructor without parameters", e);
        } catch (InvocationTargetException e) {
            throw new PgError(SqlState.INTERNAL_ERROR, "constructor of class " + className + ": " + e.getCause(), e.getCause());
        }
    }

    /** The code of a worker. @param library a loaded one, or empty for the class path */
    BackgroundWorkerMain worker(String library, String main) throws ReflectiveOperationException {
        ClassLoader loader = library.isEmpty() ? Extensions.class.getClassLoader() : libraries.get(library);
        if (loader == null) {
            throw new PgError(SqlState.UNDEFINED_FILE, "library \"" + library + "\" is not in \"" + PARAMETER + "\"");
        }
        return instance(loader, main, BackgroundWorkerMain.class);
    }

    /** Has the libraries say what they need of the segment, beside what is there already. */
    public void requestShmem(ShmemRequest of) {
        request = of;
        try {
            for (Owned<Runnable> owned : requestHooks) {
                long before = of.size();
                step(owned.library(), owned.hook()::run);
                requests.merge(owned.library(), of.size() - before, Long::sum);
            }
        } finally {
            request = null;
        }
        requestedSize = of.size();
    }

    /**
     * Opens the segment with what has been requested.
     *
     * @throws PgError if there is no room for it, which may be for what a library asked for: the DETAIL says how much each did
     */
    public Segment openSegment(Path file, ShmemRequest of) {
        try {
            return Segment.open(file, of);
        } catch (ShmemException e) {
            PgError error = new PgError(e.sqlState(), e.getMessage(), e);
            String words = requests.entrySet().stream().filter(request -> request.getValue() > 0)
                    .map(request -> "\"" + request.getKey() + "\" " + request.getValue() + " "
                            + "bytes").collect(Collectors.joining(", "));
            throw words.isEmpty() ? error : error.withDetail("Libraries have requested memory: " + words + ".");
        }
    }

    /**
     * Whether a segment that others have created is large enough. That it has the locks was looked at as it was opened.
     *
     * @throws PgError 55000
     */
    public void checkSegment(Segment segment) {
        if (!libraries.isEmpty() && segment.length() < requestedSize) {
            throw new PgError(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "segment \"" + segment.file() + "\" has "
                    + segment.length() + " bytes, but with the libraries \"" + parameters.builtIn().sharedPreloadLibraries()
                    + "\" it needs " + requestedSize)
                    .withHint("It was created by process " + segment.supervisor().pid()
                            + " with other settings: end all processes that have the data directory open, and try again.");
        }
    }

    /** Calls the start-up hooks, each with AddinShmemInitLock held. */
    public void startup(Segment segment, Proc proc) {
        for (Owned<ShmemStartupHook> owned : startupHooks) {
            step(owned.library(), () -> {
                LWLock lock = segment.addinShmemInitLock();
                lock.acquire(proc, LWLockMode.EXCLUSIVE);
                try {
                    owned.hook().startup(segment, proc);
                } finally {
                    lock.release(proc);
                }
            });
        }
    }

    private static void step(String library, Step step) {
        try {
            step.run();
        } catch (PgError e) {
            PgError error = failure(library, e.sqlState(), e.getMessage(), e);
            error = e.detail() == null ? error : error.withDetail(e.detail());
            throw e.hint() == null ? error : error.withHint(e.hint());
        } catch (ShmemException e) {
            throw failure(library, e.sqlState(), e.getMessage(), e);
        } catch (ClassNotFoundException e) {
            // It was seen in the jar, and could not be read.
            throw failure(library, SqlState.UNDEFINED_FILE,
                    "class " + e.getMessage() + (e.getCause() == null ? " not found" : ": " + e.getCause().getMessage()), e);
        } catch (Throwable e) {
            String cause = e instanceof ExceptionInInitializerError ? ": " + e.getCause() : "";
            throw failure(library, e instanceof OutOfMemoryError ? SqlState.OUT_OF_MEMORY : SqlState.INTERNAL_ERROR,
                    e + cause, e);
        }
    }

    private static PgError failure(String library, String sqlState, String reason, Throwable cause) {
        return new PgError(sqlState, "could not load library \"" + library + "\": " + reason, cause);
    }

    Path dataDirectory() {
        return dataDirectory;
    }

    GucTable parameters() {
        return parameters.table();
    }

    ServerLog log() {
        return parameters.log();
    }

    Elog elog() {
        return elog;
    }

    /** What the libraries have installed. */
    public UtilityHooks hooks() {
        return hooks;
    }

    /** Null outside {@link #requestShmem}. */
    ShmemRequest request() {
        return request;
    }

    void addRequestHook(ExtensionContext context, Runnable hook) {
        requestHooks.add(new Owned<>(context.library(), hook));
    }

    void addStartupHook(ExtensionContext context, ShmemStartupHook hook) {
        startupHooks.add(new Owned<>(context.library(), hook));
    }

    void registerBackgroundWorker(BackgroundWorker worker) {
        workers.add(worker);
    }

    /** Those that the libraries have registered, for a supervisor to start. */
    public List<BackgroundWorker> backgroundWorkers() {
        return List.copyOf(workers);
    }

    /** Closes the jars: what has not been loaded from them by now cannot be any more. */
    @Override
    public void close() {
        loaders.close();
    }
}
