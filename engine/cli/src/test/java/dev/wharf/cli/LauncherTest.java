package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher in a tree of its own, with a JDK and a Maven that only say what they were asked. */
class LauncherTest {
    private static final String JAVA = """
            #!/bin/sh
            case "$*" in *Training*) exit 0 ;; esac
            echo "WARNING: Using incubator modules: jdk.incubator.vector" >&2
            echo "from the JVM" >&2
            echo "from Java" >&4
            case "$*" in *-Dwharf.quit.fd=3*) [ -e /proc/self/fd/3 ] && echo "descriptor 3 is taken" ;; esac
            echo "$0 $$"
            while [ "$1" != dev.wharf.cli.Wharf ]; do shift; done
            shift
            for arg; do echo "[$arg]"; done
            exit 7
            """;
    private static final String MVN = """
            #!/bin/sh
            mkdir ROOT/building || echo overlap >> ROOT/mvn.log
            echo build >> ROOT/mvn.log
            mkdir -p ROOT/engine/cli/target
            : > ROOT/engine/cli/target/wharf-cli.jar
            rmdir ROOT/building
            """;

    @TempDir
    private Path folder;
    private Path root;
    private Path tools;
    private Path jdk;

    private record Ended(int exit, String out, String err, long pid) {
    }

    @BeforeEach
    void tree() throws IOException {
        folder = folder.toRealPath();
        root = folder.resolve("a tree");
        tools = Files.createDirectory(folder.resolve("tools"));
        Path script = Path.of("").toAbsolutePath().resolve("../../wharf");
        for (String dir : List.of("shmem/src/main", "engine/core/src/main", "engine/cli/src/main")) {
            Files.createDirectories(root.resolve(dir));
        }
        for (String file : List.of("pom.xml", "shmem/pom.xml", "engine/pom.xml", "engine/core/pom.xml", "engine/cli/pom.xml",
                "engine/core/src/main/A.java", "engine/core/src/main/B.java")) {
            Files.writeString(root.resolve(file), "x");
        }
        Files.copy(script, root.resolve("wharf"));
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
            }
        }
        for (String tool : List.of("sh", "readlink", "mkdir", "rmdir", "flock", "find", "sed", "mkfifo", "rm", "cat", "mktemp",
                "mv", "head")) {
            Files.createSymbolicLink(tools.resolve(tool), which(tool));
        }
        executable(tools.resolve("mvn"), MVN.replace("ROOT", "'" + root + "'"));
        jdk = jdk("jdk", "25.0.3");
    }

    private static Path which(String tool) {
        return Stream.of(System.getenv("PATH").split(":")).map(dir -> Path.of(dir, tool)).filter(Files::isExecutable)
                .findFirst().orElseThrow(() -> new AssertionError(tool + " is not on the PATH"));
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(home.resolve("bin/java"), JAVA);
        return home;
    }

    private Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().put("TMPDIR", folder.toString());
        return builder.start();
    }

    private static Ended ended(Process process) throws IOException, InterruptedException {
        // All of it fits into a pipe.
        String out = new String(process.getInputStream().readAllBytes());
        String err = new String(process.getErrorStream().readAllBytes());
        return new Ended(process.waitFor(), out, err, process.pid());
    }

    private Ended run(String... args) throws IOException, InterruptedException {
        return ended(start(command(args)));
    }

    private String[] command(String... args) {
        return Stream.concat(Stream.of(root.resolve("wharf").toString()), Stream.of(args)).toArray(String[]::new);
    }

    private List<String> builds() throws IOException {
        return Files.readAllLines(root.resolve("mvn.log"));
    }

    /** What it leaves in TMPDIR, and a process that waits for ever, would be found by the others' checks too. */
    @Test
    void worksWithoutStandardError() throws Exception {
        Ended ended = ended(start("/bin/sh", "-c", "exec \"$0\" \"$@\" 2>&-", command()[0], "sql"));
        assertEquals(7, ended.exit());
        assertEquals("", ended.err());
        try (var left = Files.newDirectoryStream(folder, "wharf.*")) {
            assertFalse(left.iterator().hasNext());
        }
    }

    @Test
    void becomesTheJvm() throws Exception {
        Ended first = run("sql", "-c", "a  b", "", "*");
        assertEquals(7, first.exit());
        assertEquals(jdk.resolve("bin/java") + " " + first.pid() + "\n[sql]\n[-c]\n[a  b]\n[]\n[*]\n", first.out());
        assertTrue(first.err().startsWith("wharf: building (once)\n"), first.err());

        // Through cat, for it ends when the filter has ended too, and that may be after the launcher.
        Ended second = ended(start("sh", "-c", "'" + root.resolve("wharf") + "' 2>&1 >/dev/null | cat"));
        assertEquals(List.of("from Java", "from the JVM"), second.out().lines().sorted().toList());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.filter(path -> path.getFileName().toString().startsWith("wharf.")).toList());
        }
    }

    /** So that the JVM's own files do not get that number: SIGQUIT needs it. */
    @Test
    void descriptor3IsTakenForTheServer() throws Exception {
        assertFalse(run("sql").out().contains("descriptor 3"));
        Ended serve = run("serve");
        assertTrue(serve.out().startsWith("descriptor 3 is taken\n"), serve.out());
    }

    @Test
    void buildsWhenSourcesAreNewer() throws Exception {
        run();
        run();
        assertEquals(List.of("build"), builds());
        Path source = root.resolve("engine/core/src/main/A.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plus(Duration.ofHours(1))));
        run();
        assertEquals(List.of("build", "build"), builds());
        Files.delete(source);
        Files.setLastModifiedTime(source.getParent(), FileTime.from(Instant.now().plus(Duration.ofHours(1))));
        run();
        assertEquals(List.of("build", "build", "build"), builds());
    }

    @Test
    void manyAtOnceBuildOnce() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            processes.add(start(command()));
        }
        for (Process process : processes) {
            assertEquals(7, ended(process).exit());
        }
        assertEquals(List.of("build"), builds());
    }

    @Test
    void aFailedBuildIsShownAndTriedAgain() throws Exception {
        executable(tools.resolve("mvn"), "#!/bin/sh\necho boom\nexit 1\n");
        for (int i = 0; i < 2; i++) {
            Ended ended = run();
            assertEquals(1, ended.exit());
            assertEquals("wharf: building (once)\nboom\nwharf: the build failed\n", ended.err());
        }
        assertFalse(Files.exists(root.resolve("engine/cli/target/wharf.stamp")));
    }

    @Test
    void saysThatMavenIsMissing() throws Exception {
        Files.delete(tools.resolve("mvn"));
        Ended ended = run();
        assertEquals(1, ended.exit());
        assertTrue(ended.err().contains("needs Maven"), ended.err());
    }

    @Test
    void isFoundThroughASymbolicLink() throws Exception {
        run();
        Path link = Files.createSymbolicLink(folder.resolve("link"), root.resolve("wharf"));
        ProcessBuilder builder = new ProcessBuilder(link.toString(), "x");
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("JAVA_HOME", jdk.toString());
        assertEquals(7, ended(builder.start()).exit());
        assertEquals(List.of("build"), builds());
    }

    @ParameterizedTest
    @ValueSource(strings = {"25.0.3", "25.0.10", "25.1", "26", "26-ea", "25.0.3.1", "25.0.3-beta", "100"})
    void aNewEnoughJdk(String version) throws Exception {
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        assertTrue(run().out().startsWith(jdk + "/bin/java "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"25", "25.0.2", "24.0.9", "21.0.30", "1.8.0_402", "junk", ""})
    void anOldJdkIsPassedOver(String version) throws Exception {
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        Path other = jdk("other jdk", "25.0.3");
        Files.createSymbolicLink(tools.resolve("java"), other.resolve("bin/java"));
        assertTrue(run().out().startsWith(other + "/bin/java "));
    }
}
