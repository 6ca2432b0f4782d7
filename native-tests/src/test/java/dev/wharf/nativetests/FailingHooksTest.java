package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.error.PgError;
import dev.wharf.core.guc.ServerParameters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Libraries whose hooks throw what is no error of a statement: the statement ends with one, and the session goes on. */
class FailingHooksTest {
    /** SHOW name throws, if it is a Throwable's name, with the library's lock held. */
    private static final String THROWER = """
            public class Thrower implements Extension {
                public void init(ExtensionContext context) {
                    Segment[] segment = new Segment[1];
                    Proc[] own = new Proc[1];
                    context.addShmemRequestHook(() -> context.requestNamedLWLockTranche("thrower", 1));
                    context.addShmemStartupHook((in, proc) -> { segment[0] = in; own[0] = proc; });
                    context.addProcessUtilityHook(next -> (pstmt, sql, readOnly, how, params, env, dest, qc) -> {
                        if (pstmt.utilityStmt() instanceof Statement.VariableShowStmt show && show.name().startsWith("throw.")) {
                            segment[0].lwLock("thrower", 0).acquire(own[0], LWLockMode.EXCLUSIVE);
                            switch (show.name()) {
                                case "throw.none" -> throw new NullPointerException("no such thing");
                                case "throw.class" -> throw new NoClassDefFoundError("a/Class");
                                case "throw.memory" -> throw new OutOfMemoryError("none left");
                                default -> throw new AssertionError();
                            }
                        }
                        next.processUtility(pstmt, sql, readOnly, how, params, env, dest, qc);
                    });
                    GucDefinition odd = new GucDefinition("thrower.odd", "A parameter.", GucContext.USERSET);
                    context.defineCustomStringVariable(odd, "", new GucHooks<>((value, source) -> {
                        if (value.equals("check")) {
                            throw new IllegalStateException("checked");
                        }
                        return value;
                    }, value -> {
                        if (value.equals("assign")) {
                            throw new IllegalStateException("assigned");
                        }
                    }, value -> {
                        if (value.equals("show")) {
                            throw new IllegalStateException("shown");
                        }
                        return value;
                    }));
                }
            }
            """;

    @TempDir
    private Path directory;
    private Path data;

    @BeforeEach
    void init() throws IOException {
        data = directory.resolve("data");
        DataDirectory.init(data);
    }

    private void library(String name, String... sources) throws IOException {
        ExtensionJar.write(data.resolve("extensions").resolve("bad.jar"), sources);
        Files.writeString(ServerParameters.file(data), "shared_preload_libraries = 'bad." + name + "'\n",
                StandardOpenOption.APPEND);
    }

    private static String error(Backend backend, String sql) {
        PgError e = assertThrows(PgError.class, () -> backend.execute(sql, new SaidReceiver(new ArrayList<>())));
        return e.sqlState() + " " + e.getMessage();
    }

    @Test
    void anErrorOfTheStatementThatNamesTheLibrary() throws IOException {
        library("Thrower", ExtensionSources.source("bad", THROWER));
        try (DataDirectory opened = DataDirectory.open(data)) {
            Backend backend = new Backend(opened, directory);
            String failed = " library \"bad.Thrower\" failed in its ";
            for (String[] expected : List.of(
                    new String[] {"SHOW throw.none", "XX000", "ProcessUtility hook: java.lang.NullPointerException: no such "
                            + "thing"},
                    new String[] {"SHOW throw.class", "XX000", "ProcessUtility hook: java.lang.NoClassDefFoundError: a/Class"},
                    new String[] {"SHOW throw.memory", "53200", "ProcessUtility hook: java.lang.OutOfMemoryError: none left"},
                    new String[] {"SET thrower.odd = 'check'", "XX000",
                            "check hook of parameter \"thrower.odd\": java.lang.IllegalStateException: checked"},
                    new String[] {"SET thrower.odd = 'assign'", "XX000",
                            "assign hook of parameter \"thrower.odd\": java.lang.IllegalStateException: assigned"},
                    new String[] {"SET thrower.odd = 'show'; SHOW thrower.odd", "XX000",
                            "show hook of parameter \"thrower.odd\": java.lang.IllegalStateException: shown"})) {
                // The lock of the one before has been given back, else this would wait for itself
                assertEquals(expected[1] + failed + expected[2], error(backend, expected[0]));
            }
            backend.execute("RESET ALL; SHOW server_encoding", new SaidReceiver(new ArrayList<>()));
        }
        String log = Files.readString(data.resolve("wharf.log"));
        assertTrue(log.contains("LOG:  library \"bad.Thrower\" failed in its ProcessUtility hook: "
                + "java.lang.NullPointerException: no such thing\n"), log);
        assertTrue(log.contains("bad.Thrower.lambda$"), log);
    }

    /** System.exit(0) would look as if all had been done. */
    @ParameterizedTest
    @ValueSource(strings = {"System.exit(0);",
        "context.addProcessUtilityHook(next -> (a, b, c, d, e, f, g, h) -> Runtime.getRuntime().exit(0));"})
    void anExitIsAnError(String statements) throws IOException, InterruptedException {
        library("Quitter", ExtensionSources.init("bad", "Quitter", statements));
        Process sql = new ProcessBuilder(Served.java("dev.wharf.cli.Wharf", "sql", "-D", data.toString(), "-c", "SHOW ALL"))
                .redirectErrorStream(true).start();
        String printed = new String(sql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(printed.contains("FATAL:  a library ended the process, in bad.jar//bad.Quitter."), printed);
        assertEquals(1, sql.waitFor());
    }

    @Test
    void fatalEndsTheSession() throws IOException {
        library("Bouncer", ExtensionSources.init("bad", "Bouncer", "context.addProcessUtilityHook("
                + "next -> (a, b, c, d, e, f, g, h) -> context.ereport("
                + "dev.wharf.core.error.ErrorLevel.FATAL, \"28000\", \"not you\", null, null));"));
        try (DataDirectory opened = DataDirectory.open(data)) {
            Backend backend = new Backend(opened, directory);
            PgError e = assertThrows(PgError.class, () -> backend.execute("SHOW ALL", new SaidReceiver(new ArrayList<>())));
            assertEquals("28000 not you, FATAL", e.sqlState() + " " + e.getMessage() + ", " + e.level());
            assertTrue(e.endsSession());
        }
    }

    @Test
    void aHookThatIsNone() throws IOException {
        library("Nothing", ExtensionSources.init("bad", "Nothing", "context.addProcessUtilityHook(next -> null);"));
        try (DataDirectory opened = DataDirectory.open(data)) {
            PgError e = assertThrows(PgError.class, () -> new Backend(opened, directory));
            assertEquals("library \"bad.Nothing\" failed in its ProcessUtility hook: java.lang.NullPointerException: "
                    + "it gave back null", e.getMessage());
        }
    }

    @Test
    void moreMemoryThanThereIs() throws IOException {
        library("Greedy", ExtensionSources.init("bad", "Greedy",
                "context.addShmemRequestHook(() -> context.requestAddinShmemSpace(1L << 50));"));
        PgError e = assertThrows(PgError.class, () -> DataDirectory.open(data).close());
        assertTrue(e.getMessage().startsWith("could not resize shared memory segment \""), e.getMessage());
        assertEquals("Libraries have requested memory: \"bad.Greedy\" " + (1L << 50) + " bytes.", e.detail());
    }

    @Test
    void anErrorOfTheMachineInInit() throws IOException {
        library("Hungry", ExtensionSources.init("bad", "Hungry", "throw new OutOfMemoryError(\"none left\");"));
        PgError e = assertThrows(PgError.class, () -> DataDirectory.open(data).close());
        assertEquals("53200 could not load library \"bad.Hungry\": java.lang.OutOfMemoryError: none left",
                e.sqlState() + " " + e.getMessage());
    }
}
