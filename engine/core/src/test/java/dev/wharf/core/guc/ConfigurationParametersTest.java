package dev.wharf.core.guc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.error.ErrorLevel;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.ServerLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationParametersTest {
    @TempDir
    private Path directory;
    private final ServerLog log = new ServerLog();
    private final GucTable table = new GucTable(log);
    private final List<Integer> assigned = new ArrayList<>();
    private final IntVariable depth = new IntVariable(new GucDefinition("lab.depth", "How deep.", GucContext.USERSET), 3, 0, 9,
            new GucHooks<>((value, source) -> {
                if (value == 7) {
                    throw new GucCheckException("Seven is not allowed.");
                }
                return value;
            }, assigned::add, value -> value + " deep"));

    @BeforeEach
    void logToFile() {
        log.setFile(directory.resolve("log"));
    }

    private String log() throws IOException {
        String text = Files.exists(directory.resolve("log")) ? Files.readString(directory.resolve("log")) : "";
        return text.replaceAll("(?m)^[-0-9]+ [:.0-9]+ UTC \\[" + ProcessHandle.current().pid() + "\\] ", "");
    }

    private static String refusal(Runnable action) {
        PgError e = assertThrows(PgError.class, action::run);
        return e.sqlState() + " " + e.getMessage() + (e.detail() == null ? "" : " | " + e.detail());
    }

    private void load(String... lines) throws IOException {
        processor(lines).load();
    }

    private ConfigFileProcessor processor(String... lines) throws IOException {
        Path file = directory.resolve("wharf.conf");
        Files.writeString(file, String.join("\n", lines));
        return new ConfigFileProcessor(table, file);
    }

    @Test
    void sessionsHaveTheirOwnValues() {
        table.define(depth);
        ConfigurationParameters one = new ConfigurationParameters(table);
        ConfigurationParameters other = new ConfigurationParameters(table);
        one.activate();
        one.set("LAB.Depth", "5");
        assertEquals(List.of("5 deep", "3 deep"), List.of(one.get("lab.depth"), other.get("lab.depth")));
        assertEquals(5, depth.get());
        other.activate();
        assertEquals(3, depth.get());
        assertEquals(List.of(3, 5, 3), assigned);
        one.reset("lab.depth");
        assertEquals(GucSource.DEFAULT, one.source("lab.depth"));
        assertEquals("22023 invalid value for parameter \"lab.depth\": 7 | Seven is not allowed.",
                refusal(() -> one.set("lab.depth", "7")));
        one.set("lab.depth", "8");
        assertEquals(GucSource.SESSION, one.source("lab.depth"));
    }

    @Test
    void sourcesHaveAnOrder() throws IOException {
        table.define(depth);
        load("lab.depth = 4");
        ConfigurationParameters session = new ConfigurationParameters(table);
        assertEquals(GucSource.FILE, session.source("lab.depth"));
        session.setFromCommandLine("lab.depth", "5");
        session.set("lab.depth", "6");
        assertEquals("6 deep", session.get("lab.depth"));
        session.resetAll();
        assertEquals("5 deep", session.get("lab.depth"));
        assertEquals(GucSource.COMMAND_LINE, session.source("lab.depth"));
        assertEquals("4 deep", new ConfigurationParameters(table).get("lab.depth"));
    }

    @Test
    void placeholderGivesItsValueToWhoDefinesIt() throws IOException {
        load("lab.depth = 4", "lab.width = 1", "lab.color = 'red'");
        table.define(depth);
        assertEquals(4, depth.get());
        IntVariable width = new IntVariable(new GucDefinition("lab.width", "How wide.", GucContext.USERSET), 5, 2, 9,
                GucHooks.none());
        table.defineCustom(width);
        assertEquals(5, width.get());
        table.markPrefixReserved("lab");
        ConfigurationParameters session = new ConfigurationParameters(table);
        assertEquals("42602 invalid configuration parameter name \"lab.x\" | \"lab\" is a reserved prefix.",
                refusal(() -> session.set("lab.x", "1")));
        session.set("labs.x", "1");
        assertEquals("XX000 attempt to redefine parameter \"lab.width\"", refusal(() -> table.defineCustom(width)));
        assertEquals("WARNING:  1 is outside the valid range for parameter \"lab.width\" (2 .. 9)\n"
                + "WARNING:  invalid configuration parameter name \"lab.color\", removing it\n"
                + "DETAIL:  \"lab\" is now a reserved prefix.\n", log());
    }

    @Test
    void fileWithErrors() throws IOException {
        table.define(depth);
        Path file = directory.resolve("wharf.conf");
        assertEquals("F0000 configuration file \"" + file + "\" contains errors | "
                        + "syntax error in file \"" + file + "\" line 2, near token \"2\"\n"
                        + "syntax error in file \"" + file + "\" line 4, near end of line\n"
                        + "10 is outside the valid range for parameter \"lab.depth\" (0 .. 9) in file \"" + file + "\" line 1\n"
                        + "unrecognized configuration parameter \"nosuch\" in file \"" + file + "\" line 3",
                refusal(() -> {
                    try {
                        load("lab.depth = 10", "lab.depth = 1 2 # two", "nosuch 'x'", "lab.depth =", "# fine");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }));
        assertEquals(3, depth.get());
    }

    @Test
    void reload() throws IOException {
        log.setLogMinMessages(ErrorLevel.LOG);
        table.define(depth);
        IntVariable fixed = table.define(new IntVariable(new GucDefinition("lab.fixed", "Cannot change.",
                GucContext.POSTMASTER), 1, 0, 9, GucHooks.none()));
        load("lab.depth = 4", "lab.fixed = 2");
        ConfigurationParameters session = new ConfigurationParameters(table);
        session.activate();
        processor("lab.depth = 5", "lab.fixed = 3").reload(ErrorLevel.LOG);
        assertEquals(List.of(5, 2), List.of(depth.get(), fixed.get()));
        session.set("lab.depth", "6");
        processor("nosuch = 1", "lab.depth = 8").reload(ErrorLevel.LOG);
        processor("lab.fixed = 2").reload(ErrorLevel.LOG);
        assertEquals(List.of(6, 3), List.of(depth.get(), depth.processValue()));
        Path file = directory.resolve("wharf.conf");
        assertEquals("LOG:  parameter \"lab.depth\" changed to \"5\"\n"
                + "LOG:  parameter \"lab.fixed\" cannot be changed without restarting the server in file \"" + file
                + "\" line 2\n"
                + "LOG:  configuration file \"" + file + "\" contains errors; unaffected changes were applied\n"
                + "LOG:  unrecognized configuration parameter \"nosuch\" in file \"" + file + "\" line 1\n"
                + "LOG:  configuration file \"" + file + "\" contains errors; no changes were applied\n"
                + "LOG:  parameter \"lab.depth\" removed from configuration file, reset to default\n", log());
    }

    /** A library's mistakes: of a value, of the default that a value gives way to, and of being told. */
    @Test
    void reloadWithHooksThatThrow() throws IOException {
        log.setLogMinMessages(ErrorLevel.LOG);
        List<String> told = new ArrayList<>();
        for (String name : List.of("lab.a", "lab.b", "lab.c")) {
            table.define(new IntVariable(new GucDefinition(name, "Throws.", GucContext.SIGHUP), 1, 0, 9,
                    new GucHooks<>((value, source) -> {
                        if (value == 5 || !told.isEmpty() && value == 1) {
                            throw new IllegalStateException("check " + value);
                        }
                        return value;
                    }, value -> {
                        told.add(name + value);
                        if (value == 6) {
                            throw new AssertionError("assign");
                        }
                    }, null)));
            told.clear();
        }
        load("lab.a = 2", "lab.b = 2", "lab.c = 2");
        told.clear();
        told.add("");
        processor("lab.b = 5", "lab.c = 6").reload(ErrorLevel.LOG);
        processor("lab.a = 3", "lab.b = 6", "lab.c = 4").reload(ErrorLevel.LOG);
        processor("lab.a = 6", "lab.b = 6", "lab.c = 6").reload(ErrorLevel.LOG);
        assertEquals(List.of("", "lab.c6", "lab.a3", "lab.b6", "lab.c4", "lab.a6", "lab.c6"), told);
        ConfigurationParameters session = new ConfigurationParameters(table);
        assertEquals("6 6 6", session.get("lab.a") + " " + session.get("lab.b") + " " + session.get("lab.c"));
        String said = log();
        Path file = directory.resolve("wharf.conf");
        assertTrue(said.startsWith("""
                LOG:  parameter "lab.c" changed to "6"
                LOG:  assign hook of parameter "lab.c" failed: java.lang.AssertionError: assign
                LOG:  check hook of parameter "lab.a" failed: java.lang.IllegalStateException: check 1
                LOG:  check hook of parameter "lab.b" failed: java.lang.IllegalStateException: check 5 in file "%s" line 1
                LOG:  configuration file "%s" contains errors; unaffected changes were applied
                LOG:  parameter "lab.a" changed to "3"
                """.formatted(file, file)), said);
    }

    /** Or a link to one. */
    @Test
    void fileThatIsNotThere() throws IOException {
        Path file = ServerParameters.file(directory);
        String missing = "58P01 could not access the server configuration file \"" + file + "\": No such file or directory";
        assertEquals(missing, refusal(() -> new ServerParameters(directory).load()));
        Files.createSymbolicLink(file, directory.resolve("nowhere"));
        assertEquals(missing, refusal(() -> new ServerParameters(directory).load()));
        log.setLogMinMessages(ErrorLevel.LOG);
        new ConfigFileProcessor(table, file).reload(ErrorLevel.LOG);
        Files.write(directory.resolve("nowhere"), new byte[] {'#', (byte) 0xff});
        assertEquals("F0000 configuration file \"" + file + "\" contains errors | configuration file \"" + file
                + "\" is not UTF-8 text", refusal(() -> new ServerParameters(directory).load()));
        assertEquals("LOG:  could not open configuration file \"" + file + "\": No such file or directory\n"
                + "LOG:  configuration file \"" + file + "\" contains errors; no changes were applied\n", log());
    }

    @Test
    void sampleFileChangesNothing() throws IOException {
        ServerParameters parameters = new ServerParameters(directory);
        Path file = ServerParameters.file(directory);
        String sample = SampleConfigFile.text(parameters.table());
        Files.writeString(file, sample);
        parameters.load();
        // And what it shows as defaults can be read.
        Files.writeString(file, sample.replaceAll("(?m)^#(\\w+ = .*)$", "$1"));
        parameters.load();
        ConfigurationParameters session = new ConfigurationParameters(parameters.table());
        for (GucVariable<?> variable : parameters.table().variables()) {
            assertEquals(variable.bootValue(), session.value(variable), variable.name());
            boolean shown = !variable.flags().contains(GucFlag.NOT_IN_SAMPLE);
            assertTrue(variable.source() == (shown ? GucSource.FILE : GucSource.DEFAULT), variable.name());
        }
    }
}
