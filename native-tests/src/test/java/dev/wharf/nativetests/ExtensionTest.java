package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extensions in real jars. */
class ExtensionTest {
    @TempDir
    private Path directory;
    private Path data;
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void init() throws IOException {
        data = directory.resolve("data");
        DataDirectory.init(data);
    }

    private Path jar(String name) {
        return data.resolve("extensions").resolve(name);
    }

    private void configure(String... lines) throws IOException {
        Files.write(ServerParameters.file(data), List.of(lines), StandardOpenOption.APPEND);
    }

    /** Runs a string in a new session; all that it says is in {@link #said}. */
    private void run(DataDirectory opened, String sql) {
        said.clear();
        execute(new Backend(opened, directory), sql);
    }

    private void execute(Backend backend, String sql) {
        backend.execute(sql, new SaidReceiver(said));
    }

    private PgError refused() {
        return assertThrows(PgError.class, () -> DataDirectory.open(data).close());
    }

    private void assertRefused(String expected) {
        PgError e = refused();
        assertEquals(expected, e.sqlState() + " " + e.getMessage());
    }

    @Test
    void chainIsInTheOrderOfLoadingEachWithItsOwnClasses() throws IOException {
        ExtensionJar.write(jar("one.jar"), ExtensionSources.source("one", ExtensionSources.TRACER),
                ExtensionSources.version("one", "first"));
        // The same class names as in the other one
        ExtensionJar.write(jar("two/tracer.jar"), ExtensionSources.source("one", "public class Second extends Tracer { }"),
                ExtensionSources.source("one", ExtensionSources.TRACER), ExtensionSources.version("one", "second"));
        Files.delete(jar("one.jar"));
        ExtensionJar.write(jar("one.jar"), ExtensionSources.source("one", "public class First extends Tracer { }"),
                ExtensionSources.source("one", ExtensionSources.TRACER), ExtensionSources.version("one", "first"));
        configure("shared_preload_libraries = ' one.First , \"one.Second\"'");
        try (DataDirectory opened = DataDirectory.open(data)) {
            run(opened, "  SET client_min_messages = notice ; /* x */ SHOW shared_preload_libraries");
            assertEquals(List.of(
                    "NOTICE: second begins TOPLEVEL false 2+33 SET client_min_messages = notice",
                    "NOTICE: first begins TOPLEVEL false 2+33 SET client_min_messages = notice",
                    "NOTICE: first ends null", "NOTICE: second ends null", "SET",
                    "NOTICE: second begins TOPLEVEL false 45+0 SHOW shared_preload_libraries",
                    "NOTICE: first begins TOPLEVEL false 45+0 SHOW shared_preload_libraries",
                    " one.First , \"one.Second\"", "NOTICE: first ends null", "NOTICE: second ends null", "SHOW"), said);
            // Messages go through the session's filter
            run(opened, "SET client_min_messages = warning; RESET ALL");
            assertEquals(List.of("NOTICE: second begins TOPLEVEL false 0+33 SET client_min_messages = warning",
                    "NOTICE: first begins TOPLEVEL false 0+33 SET client_min_messages = warning", "SET",
                    "NOTICE: first ends null", "NOTICE: second ends null", "RESET"), said);
            // By characters, not bytes
            run(opened, "/* \u00e9\ud83d\ude00 */SHOW server_encoding");
            assertEquals("NOTICE: second begins TOPLEVEL false 8+0 SHOW server_encoding", said.getFirst());
        }
    }

    @Test
    void vetoRewriteAndReplace() throws IOException {
        ExtensionJar.write(jar("police.jar"), ExtensionSources.source("police", ExtensionSources.POLICE));
        configure("shared_preload_libraries = police.Police");
        Path csv = Files.writeString(directory.resolve("t.csv"), "1\n2\n");
        try (DataDirectory opened = DataDirectory.open(data)) {
            run(opened, "CREATE TABLE t (a int); COPY t FROM '" + csv + "'");
            PgError e = assertThrows(PgError.class, () -> run(opened, "DROP TABLE t"));
            assertEquals("42501 DROP TABLE is not allowed here Ask the police.",
                    e.sqlState() + " " + e.getMessage() + " " + e.hint());
            run(opened, "TRUNCATE t; SHOW coding; SHOW answer; COPY t TO '" + directory.resolve("out") + "'");
            assertEquals(List.of("TRUNCATE TABLE", "UTF8", "SHOW", "42", "COPY 42", "COPY 2"), said);
        }
    }

    @Test
    void sharedMemoryOfSeveralProcessesAndTheirWorkers() throws Exception {
        ExtensionJar.write(jar("auditor.jar"), ExtensionSources.source("audit", ExtensionSources.AUDITOR),
                ExtensionSources.source("audit", ExtensionSources.AUDITOR_WORKER));
        configure("shared_preload_libraries = 'audit.Auditor'", "auditor.first = 1MB");
        try (DataDirectory opened = DataDirectory.open(data); Session other = Session.open(data)) {
            run(opened, "SHOW server_encoding");
            for (int i = 0; i < 3; i++) {
                other.run("SHOW server_encoding");
            }
            run(opened, "SHOW auditor.rate");
            assertEquals(List.of("0.5", "NOTICE: counted 1029, timed true", "SHOW"), said);
            Segment segment = Segment.attach(DataDirectory.segmentFile(data.toAbsolutePath()));
            LaunchOptions options = ExtensionWorkerBootstrap.options(new LaunchOptions(data.resolve("worker.log"), _ -> { }),
                    data.toAbsolutePath());
            try (Proc proc = segment.attachProc("test"); BackgroundWorkers workers = new BackgroundWorkers(segment, options)) {
                BackgroundWorker worker = new BackgroundWorker("counter", "audit.AuditorWorker").withLibrary("audit.Auditor")
                        .withMainArg(1000).withRestartTime(BackgroundWorker.NEVER_RESTART)
                        .withNotifyPid(ProcessHandle.current().pid());
                workers.registerDynamicBackgroundWorker(proc, worker).orElseThrow().waitForShutdown(proc);
            }
            run(opened, "SHOW auditor.rate");
            assertEquals("NOTICE: counted 2030, timed true", said.get(1), other.said());
            assertEquals(0, other.quit());
        }
    }

    @Test
    void parametersOfAnExtension() throws IOException {
        ExtensionJar.write(jar("auditor.jar"), ExtensionSources.source("audit", ExtensionSources.AUDITOR));
        configure("shared_preload_libraries = 'audit.Auditor'", "auditor.first = 5MB", "auditor.rate = 0.25",
                "auditor.unknown = 1");
        try (DataDirectory opened = DataDirectory.open(data)) {
            Backend backend = new Backend(opened, directory);
            execute(backend, "SET auditor.loud = yes; SET Auditor.Color TO 'GREEN'; SHOW auditor.loud; SHOW auditor.color; "
                    + "SHOW auditor.first; SHOW auditor.name");
            assertEquals(List.of("SET", "SET", "on", "SHOW", "green", "SHOW", "5MB", "SHOW", "nobody", "SHOW"), said);
            assertEquals("55P02 parameter \"auditor.first\" cannot be changed without restarting the server",
                    refusal(backend, "SET auditor.first = 1"));
            assertEquals("55P02 parameter \"auditor.rate\" cannot be changed now", refusal(backend, "SET auditor.rate = 1"));
            assertEquals("42602 invalid configuration parameter name \"auditor.typo\"",
                    refusal(backend, "SET auditor.typo = 1"));
            assertEquals("22023 SET auditor.name takes only one argument", refusal(backend, "SET auditor.name = a, b"));
            configure("auditor.rate = 0.75");
            opened.reload();
            said.clear();
            execute(backend, "SHOW auditor.rate");
            assertEquals("0.75", said.getFirst());
        }
        String log = Files.readString(data.resolve("wharf.log"));
        assertTrue(log.contains("WARNING:  invalid configuration parameter name \"auditor.unknown\", removing it\n"), log);
    }

    private String refusal(Backend backend, String sql) {
        PgError e = assertThrows(PgError.class, () -> execute(backend, sql));
        return e.sqlState() + " " + e.getMessage();
    }

    @Test
    void requestsOutsideTheirPhase() throws IOException {
        ExtensionJar.write(jar("bad.jar"),
                ExtensionSources.init("bad", "Early", "context.requestAddinShmemSpace(1);"),
                ExtensionSources.init("bad", "Locks", "context.requestNamedLWLockTranche(\"x\", 1);"),
                ExtensionSources.init("bad", "Late", "context.addShmemStartupHook((segment, proc) -> "
                        + "context.requestAddinShmemSpace(1));"),
                ExtensionSources.init("bad", "Twice", "context.addShmemRequestHook(() -> { "
                        + "context.requestNamedLWLockTranche(\"x\", 1); context.requestNamedLWLockTranche(\"x\", 1); });"),
                ExtensionSources.init("bad", "LateHook", "context.addShmemStartupHook((segment, proc) -> "
                        + "context.addProcessUtilityHook(next -> next));"),
                ExtensionSources.init("bad", "Greedy", "context.addShmemStartupHook((segment, proc) -> "
                        + "segment.shmemInitStruct(proc, \"greedy\", 1L << 40));"));
        String outside = " outside shmem_request_hook";
        for (String[] expected : new String[][] {
                {"Early", "XX000 could not load library \"bad.Early\": cannot request additional shared memory" + outside},
                {"Locks", "XX000 could not load library \"bad.Locks\": cannot request additional LWLocks" + outside},
                {"Late", "XX000 could not load library \"bad.Late\": cannot request additional shared memory" + outside},
                {"Twice", "XX000 could not load library \"bad.Twice\": requested tranche \"x\" is already registered"},
                {"LateHook", "55000 could not load library \"bad.LateHook\": library \"bad.LateHook\" cannot install a hook "
                        + "after init"},
                {"Greedy", "53200 could not load library \"bad.Greedy\": not enough shared memory for data structure "
                        + "\"greedy\" (1099511627776 bytes requested)"}}) {
            configure("shared_preload_libraries = 'bad." + expected[0] + "'");
            assertRefused(expected[1]);
        }
        // Nothing is left of the attempts
        configure("shared_preload_libraries = ''");
        DataDirectory.open(data).close();
    }

    @Test
    void whoAttachesIsToldWhatTheSegmentLacks() throws IOException {
        ExtensionJar.write(jar("auditor.jar"), ExtensionSources.source("audit", ExtensionSources.AUDITOR));
        ExtensionJar.write(jar("large.jar"), ExtensionSources.init("large", "Large",
                "context.addShmemRequestHook(() -> context.requestAddinShmemSpace(8 << 20));"));
        try (Session first = Session.open(data)) {
            Path segment = DataDirectory.segmentFile(data.toAbsolutePath());
            configure("shared_preload_libraries = 'audit.Auditor'");
            assertRefused("55000 segment \"" + segment + "\" was created without 1 locks of tranche \"auditor\"");
            configure("shared_preload_libraries = 'large.Large'");
            PgError e = refused();
            assertEquals("55000", e.sqlState());
            assertTrue(e.getMessage().startsWith("segment \"" + segment + "\" has ")
                    && e.getMessage().contains("with the libraries \"large.Large\""), e.getMessage());
            assertTrue(e.hint().contains("process " + first.pid()), e.hint());
            first.run("SHOW server_encoding");
            assertEquals(0, first.quit());
        }
        DataDirectory.open(data).close();
    }

    @Test
    void librariesThatCannotBeLoaded() throws IOException {
        ExtensionJar.write(jar("bad.jar"),
                ExtensionSources.init("bad", "Thrower", "throw new java.io.IOException(\"no luck\");"),
                ExtensionSources.init("bad", "Refuser",
                        "throw new PgError(\"53400\", \"too few\").withDetail(\"More.\").withHint(\"Take more.\");"),
                ExtensionSources.source("bad", "public class Other { }"),
                ExtensionSources.source("bad", "class Hidden implements Extension { public void init(ExtensionContext c) { } }"),
                ExtensionSources.source("bad", "public class Statics implements Extension {\n"
                        + "static int x = Integer.parseInt(\"x\");\npublic void init(ExtensionContext c) { } }"),
                ExtensionSources.source("bad", "public class Builder implements Extension {\n"
                        + "public Builder() { throw new IllegalStateException(\"not today\"); }\n"
                        + "public void init(ExtensionContext c) { } }"),
                ExtensionSources.init("bad", "Double", ""));
        ExtensionJar.write(jar("twin.jar"), ExtensionSources.init("bad", "Double", ""));
        for (String[] expected : new String[][] {
                {"no.Such", "58P01", "class no.Such not found"},
                {"bad.Thrower", "XX000", "java.io.IOException: no luck"},
                {"bad.Refuser", "53400", "too few"},
                {"bad.Other", "42809", "class bad.Other does not implement dev.wharf.core.extension.Extension"},
                {"bad.Hidden", "42809",
                        "class bad.Hidden must be public, with a public constructor without parameters"},
                {"bad.Statics", "XX000", "java.lang.ExceptionInInitializerError: "
                        + "java.lang.NumberFormatException: For input string: \"x\""},
                {"bad.Builder", "XX000", "constructor of class bad.Builder: java.lang.IllegalStateException: not today"},
                {"bad.Double", "58P01", "class bad.Double is in several extensions"},
                {"java.lang.String", "42809", "class java.lang.String does not implement "
                        + "dev.wharf.core.extension.Extension"}}) {
            configure("shared_preload_libraries = '" + expected[0] + "'");
            PgError e = refused();
            assertEquals(expected[1] + " could not load library \"" + expected[0] + "\": " + expected[2],
                    e.sqlState() + " " + e.getMessage());
        }
        configure("shared_preload_libraries = 'bad.Refuser'");
        PgError e = refused();
        assertEquals("More. Take more.", e.detail() + " " + e.hint());
        configure("shared_preload_libraries = 'a,,b'");
        assertRefused("42601 invalid list syntax in parameter \"shared_preload_libraries\"");
        try (Session session = Session.start(data, List.of())) {
            assertEquals("error 42601\tinvalid list syntax in parameter \"shared_preload_libraries\"\t", session.receive());
            assertEquals(0, session.awaitEnd());
        }
    }

    @Test
    void damagedJars() throws IOException {
        ExtensionJar.write(jar("police.jar"), ExtensionSources.source("police", ExtensionSources.POLICE));
        configure("shared_preload_libraries = police.Police");
        byte[] good = Files.readAllBytes(jar("police.jar"));
        for (int length : new int[] {0, 10, good.length / 2, good.length - 5}) {
            Files.write(jar("police.jar"), Arrays.copyOf(good, length));
            PgError e = refused();
            assertTrue(e.getMessage().startsWith("could not load library \"police.Police\": could not read \""
                    + jar("police.jar").toAbsolutePath()), e.getMessage());
            assertEquals("58P01", e.sqlState());
        }
        for (int at = 100; at < good.length; at += 97) {
            byte[] bad = good.clone();
            bad[at] ^= 0x55;
            Files.write(jar("police.jar"), bad);
            try {
                DataDirectory.open(data).close();
            } catch (PgError e) {
                assertTrue(e.getMessage().startsWith("could not load library \"police.Police\": "), e.getMessage());
            }
        }
        // Another damaged jar does not matter
        Files.write(jar("police.jar"), good);
        Files.write(jar("other.jar"), new byte[10]);
        DataDirectory.open(data).close();
    }
}
