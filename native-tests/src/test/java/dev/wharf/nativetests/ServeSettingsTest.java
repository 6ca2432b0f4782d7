package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.error.PgError;
import dev.wharf.core.extension.ExtensionWorkerBootstrap;
import dev.wharf.core.guc.ServerParameters;
import dev.wharf.shmem.Proc;
import dev.wharf.shmem.Segment;
import dev.wharf.shmem.bgworker.BackgroundWorker;
import dev.wharf.shmem.bgworker.BackgroundWorkers;
import dev.wharf.shmem.bgworker.LaunchOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose settings hold while {@code wharf serve} runs: its own, in sessions and workers too, until it reads them again. */
class ServeSettingsTest {
    private static final String TELLER = """
            public class Teller implements Extension {
                static ExtensionContext context;
                static IntVariable fixed;
                static IntVariable depth;

                public void init(ExtensionContext own) {
                    context = own;
                    fixed = own.defineCustomIntVariable(new GucDefinition("teller.fixed", "Cannot change.",
                            GucContext.POSTMASTER), 1, 0, 1000, GucHooks.none());
                    depth = own.defineCustomIntVariable(new GucDefinition("teller.depth", "Can change.", GucContext.SIGHUP), 1, 0,
                            1000, new GucHooks<>((value, source) -> {
                                if (value == 7) {
                                    throw new IllegalStateException("seven");
                                }
                                return value;
                            }, value -> {
                                if (value == 8) {
                                    throw new IllegalStateException("eight");
                                }
                            }, null));
                    own.addShmemRequestHook(() -> own.requestAddinShmemSpace(1 << 20));
                }
            }
            """;
    private static final String TELLER_WORKER = """
            public class TellerWorker implements BackgroundWorkerMain {
                public void main(BackgroundWorkerContext context) {
                    Teller.context.emitLog(ErrorLevel.LOG, "worker " + context.mainArg() + " has " + Teller.fixed.get() + " and "
                            + Teller.depth.get());
                }
            }
            """;

    @TempDir
    private Path directory;
    private Path data;
    private Path file;
    private long workers;

    @BeforeEach
    void init() throws IOException {
        data = directory.resolve("data").toAbsolutePath();
        file = ServerParameters.file(data);
        DataDirectory.init(data);
        ExtensionJar.write(data.resolve("extensions").resolve("teller.jar"), ExtensionSources.source("teller", TELLER),
                ExtensionSources.source("teller", TELLER_WORKER));
    }

    private void configure(String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of("shared_preload_libraries = teller.Teller"));
        all.addAll(Arrays.asList(lines));
        Files.write(file, all);
    }

    /** What a new session shows. */
    private String shown(String... names) {
        List<String> said = new ArrayList<>();
        try (DataDirectory opened = DataDirectory.open(data)) {
            Backend backend = new Backend(opened, directory);
            for (String name : names) {
                backend.execute("SHOW " + name, new SaidReceiver(said));
            }
        }
        said.removeIf("SHOW"::equals);
        return String.join(" ", said);
    }

    /** What a new worker of the postmaster's has. */
    private String worker() throws IOException {
        workers++;
        Segment segment = Segment.attach(DataDirectory.segmentFile(data));
        LaunchOptions options = ExtensionWorkerBootstrap.options(new LaunchOptions(data.resolve("worker.log"), _ -> { }), data);
        try (Proc proc = segment.attachProc("test"); BackgroundWorkers registered = new BackgroundWorkers(segment, options)) {
            registered.registerDynamicBackgroundWorker(proc, new BackgroundWorker("teller", "teller.TellerWorker")
                    .withLibrary("teller.Teller").withMainArg(workers).withRestartTime(BackgroundWorker.NEVER_RESTART)
                    .withNotifyPid(ProcessHandle.current().pid())).orElseThrow().waitForShutdown(proc);
        } finally {
            segment.close();
        }
        String log = Files.readString(data.resolve("wharf.log"));
        String beginning = "worker " + workers + " has ";
        assertTrue(log.contains(beginning), () -> log + readWorkerLog());
        return log.substring(log.indexOf(beginning) + beginning.length()).lines().findFirst().orElseThrow();
    }

    private String readWorkerLog() {
        try {
            return Files.readString(data.resolve("worker.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Has the file read again, and waits until that is done: its values are published then. */
    private void reload(ServeProcess server, String... endings) {
        Object before = published();
        server.signal("HUP");
        server.expect("received SIGHUP, reloading configuration files");
        for (String ending : endings) {
            server.expect(ending);
        }
        Session.await("a reload", () -> !before.equals(published()));
    }

    /** Which file it is. */
    private Object published() {
        try {
            return Files.readAttributes(data.resolve("config_exec_params"), BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsEditedWaitsForAReloadOrARestart() throws IOException {
        String[] names = {"max_worker_processes", "teller.fixed", "teller.depth", "other.text", "copy_task_size"};
        configure("teller.fixed = 5", "teller.depth = 4", "other.text = 'it''s\\n\\\\ \u00e9'", "copy_task_size = 0x100kB");
        String all = "8 5 4 it's\n\\ \u00e9 256kB";
        try (ServeProcess server = ServeProcess.ready(data)) {
            assertEquals(all, shown(names));
            String[] edited = {"teller.fixed = 6", "teller.depth = 5", "other.text = x", "max_worker_processes = 12",
                "nosuch = 1"};
            configure(edited);
            assertEquals(all, shown(names));
            assertEquals("5 and 4", worker());
            reload(server, "unrecognized configuration parameter \"nosuch\" in file \"" + file + "\" line 6",
                    "configuration file \"" + file + "\" contains errors; no changes were applied");
            assertEquals(all, shown(names));
            configure(Arrays.copyOf(edited, 4));
            // It waits for the role, not for a segment of its own size
            try (ServeProcess second = ServeProcess.start(data)) {
                second.expect("FATAL:  lock file \"postmaster.pid\" already exists");
                assertEquals(1, second.awaitEnd());
            }
            reload(server, "parameter \"copy_task_size\" removed from configuration file, reset to default",
                    "parameter \"teller.fixed\" cannot be changed without restarting the server in file \"" + file + "\" line 2",
                    "configuration file \"" + file + "\" contains errors; unaffected changes were applied");
            assertEquals("8 5 5 x 8MB", shown(names));
            assertEquals("5 and 5", worker());
            // Nobody lives that has other values than the file's
            server.signal("KILL");
            server.awaitEnd();
            assertEquals("12 6 5 x 8MB", shown(names));
        }
        configure("teller.fixed = 7");
        try (ServeProcess server = ServeProcess.ready(data)) {
            configure("shared_preload_libraries = ''", "teller.fixed = 8");
            assertEquals("teller.Teller 7", shown("shared_preload_libraries", "teller.fixed"));
            server.signal("INT");
            assertEquals(0, server.awaitEnd());
        }
        assertFalse(Files.exists(data.resolve("config_exec_params")));
        assertEquals(" 8", shown("shared_preload_libraries", "teller.fixed"));
    }

    @Test
    void sessionThatRunsTakesWhatTheReloadTook() throws IOException {
        configure("teller.depth = 4");
        try (ServeProcess server = ServeProcess.ready(data); DataDirectory opened = DataDirectory.open(data)) {
            Backend backend = new Backend(opened, directory);
            String[] edited = {"teller.depth = 5", "nosuch = 1"};
            configure(edited);
            reload(server, "configuration file \"" + file + "\" contains errors; no changes were applied");
            assertEquals("4", depth(backend));
            configure(Arrays.copyOf(edited, 1));
            reload(server, "parameter \"teller.depth\" changed to \"5\"");
            // Not what is in the file by the time that it hears of it
            configure("teller.depth = 6");
            List<String> seen = new ArrayList<>();
            Session.await("the news", () -> seen.add(depth(backend)) && !seen.getLast().equals("4"));
            assertEquals("5", seen.getLast());
        }
    }

    private String depth(Backend backend) {
        List<String> said = new ArrayList<>();
        backend.execute("SHOW teller.depth", new SaidReceiver(said));
        return said.getFirst();
    }

    /** What a process may use of the machine decides some defaults: not for those that share memory with others. */
    @Test
    void defaultsThatDependOnTheProcess() throws IOException {
        configure();
        List<String> manyProcessors = List.of("env", "JDK_JAVA_OPTIONS=-XX:ActiveProcessorCount=64");
        try (DataDirectory other = DataDirectory.open(data); Session session = Session.start(data, manyProcessors)) {
            assertTrue(other.catalog().relations().isEmpty());
            assertTrue(session.receive().startsWith("error 55000\t"));
            assertEquals(0, session.awaitEnd());
        }
        try (ServeProcess server = ServeProcess.ready(data); Session session = Session.start(data, manyProcessors)) {
            session.expect("ok open");
            assertTrue(server.isAlive());
            ServerParameters parameters = new ServerParameters(data);
            parameters.load();
            assertEquals("default", parameters.table().find("max_worker_processes").source().toString());
            assertEquals("configuration file", parameters.table().find("shared_preload_libraries").source().toString());
        }
    }

    @Test
    void hooksThatThrowEndNoReload() throws IOException {
        configure("teller.depth = 4");
        try (ServeProcess server = ServeProcess.ready(data)) {
            configure("teller.depth = 7", "copy_task_size = 1MB");
            reload(server, "parameter \"copy_task_size\" changed to \"1MB\"",
                    "java.lang.IllegalStateException: seven in file \"" + file + "\" line 2",
                    "configuration file \"" + file + "\" contains errors; unaffected changes were applied");
            assertEquals("4 1MB", shown("teller.depth", "copy_task_size"));
            configure("teller.depth = 8", "copy_task_size = 2MB");
            reload(server, "parameter \"copy_task_size\" changed to \"2MB\"", "java.lang.IllegalStateException: eight");
            configure("teller.depth = 9", "copy_task_size = 3MB");
            reload(server, "parameter \"copy_task_size\" changed to \"3MB\"");
            assertEquals("9 3MB", shown("teller.depth", "copy_task_size"));
        }
    }

    /** The words are PostgreSQL's. */
    @Test
    void fileThatIsNotThere() throws IOException {
        String missing = "could not access the server configuration file \"" + file + "\": No such file or directory";
        Files.delete(file);
        assertRefused(missing);
        Files.createSymbolicLink(file, Path.of("nowhere"));
        assertRefused(missing);
        try (ServeProcess server = ServeProcess.start(data)) {
            server.expect("FATAL:  " + missing);
            assertEquals(1, server.awaitEnd());
        }
        Files.delete(file);
        configure("teller.depth = 4");
        try (ServeProcess server = ServeProcess.ready(data)) {
            Files.delete(file);
            reload(server, "could not open configuration file \"" + file + "\": No such file or directory",
                    "configuration file \"" + file + "\" contains errors; no changes were applied");
            assertEquals("4", shown("teller.depth"));
            assertEquals("1 and 4", worker());
        }
    }

    private void assertRefused(String message) {
        PgError e = assertThrows(PgError.class, () -> DataDirectory.open(data).close());
        assertEquals("58P01 " + message, e.sqlState() + " " + e.getMessage());
    }
}
