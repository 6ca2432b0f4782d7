package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** shmem as its users have it: two jars, in a Maven project that knows nothing of this tree; and what its README says to type. */
@Timeout(300)
class OutsideProjectTest {
    private static final List<String> FLAGS =
            List.of("--enable-native-access=ALL-UNNAMED", "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED");

    @TempDir
    private Path directory;
    private final List<Process> processes = new ArrayList<>();
    private Path root;
    private Path agrona;
    private Path lib;
    private String version;

    /** A directory with the two jars. */
    @BeforeEach
    void jars() throws IOException {
        root = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(root.resolve("shmem").resolve("samples"))) {
            root = root.getParent();
        }
        version = property("<artifactId>wharf-parent</artifactId>\\s*<version>([^<]+)<");
        agrona = classPath("agrona");
        lib = Files.createDirectory(directory.resolve("lib"));
        Files.copy(agrona, lib.resolve(agrona.getFileName()));
        Path built = root.resolve("shmem/target/wharf-shmem-" + version + ".jar");
        Path jar = lib.resolve(built.getFileName());
        // The tests may run in a phase before the jar is made; its content is this
        if (Files.exists(built)) {
            Files.copy(built, jar);
        } else {
            pack(root.resolve("shmem/target/classes"), jar);
        }
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    private String property(String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(root.resolve("pom.xml")));
        assertTrue(matcher.find(), pattern);
        return matcher.group(1);
    }

    private static Path classPath(String name) {
        return Arrays.stream(System.getProperty("java.class.path").split(":")).map(Path::of)
                .filter(path -> path.getFileName().toString().startsWith(name + "-")).findFirst().orElseThrow();
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, entries);
            }
        }
    }

    private Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        // Maven may be an older JDK's; the project's JDK is this one
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Process java(List<String> flags, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags);
        command.addAll(List.of(arguments));
        return start(command);
    }

    private static void end(Process process, int status) throws IOException, InterruptedException {
        process.getOutputStream().close();
        try (InputStream rest = process.getInputStream()) {
            String text = new String(rest.readAllBytes());
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), text);
            assertEquals(status, process.exitValue(), text);
        }
    }

    @Test
    void readmeShowsTheSample() throws IOException {
        String program = Files.readString(root.resolve("shmem/samples/Counter.java"));
        assertTrue(Files.readString(root.resolve("shmem/README.md")).contains("```java\n" + program + "```\n"));
        assertTrue(program.lines().count() <= 21, "it is called a 20-line program");
    }

    /** What README says to type in two terminals. */
    @Test
    void twoTerminalsShareACounter() throws Exception {
        Path program = Files.copy(root.resolve("shmem/samples/Counter.java"), directory.resolve("Counter.java"));
        List<Process> terminals = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            terminals.add(java(FLAGS, "-cp", "lib/*", program.getFileName().toString(), "counter.segment", "100000"));
        }
        long most = 0;
        for (Process terminal : terminals) {
            String line = line(terminal.inputReader());
            assertTrue(line.startsWith("the counter is "), line);
            most = Math.max(most, Long.parseLong(line.substring("the counter is ".length())));
        }
        assertEquals(200_000, most);
        for (Process terminal : terminals) {
            end(terminal, 0);
        }
    }

    private static String line(BufferedReader reader) throws IOException {
        String line = reader.readLine();
        return line == null ? "" : line;
    }

    @Test
    void flagsThatAreMissingAreNamed() throws Exception {
        Path program = Files.copy(root.resolve("shmem/samples/Counter.java"), directory.resolve("Counter.java"));
        String[] arguments = {"-cp", "lib/*", program.getFileName().toString(), "counter.segment", "1"};
        // Since the check comes first, nothing has been made yet
        assertFails("--add-opens java.base/jdk.internal.misc=ALL-UNNAMED", java(FLAGS.subList(0, 1), arguments));
        assertFails("--enable-native-access=ALL-UNNAMED", java(FLAGS.subList(1, FLAGS.size()), arguments));
        assertTrue(Files.notExists(directory.resolve("counter.segment")));
    }

    private static void assertFails(String needed, Process process) throws IOException, InterruptedException {
        String text = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor() != 0 && text.contains("start java with " + needed), text);
    }

    /** Compiled by Maven against a repository that has our jar and poms, and nothing else of ours. */
    @Test
    void aPlainMavenProjectCompilesAndRuns() throws Exception {
        publish("wharf-parent", "pom.xml", null);
        publish("wharf-shmem", "shmem/pom.xml", lib.resolve("wharf-shmem-" + version + ".jar"));
        // What this build has downloaded; nothing is written there
        Path downloaded = agrona.getParent().getParent().getParent().getParent().getParent();
        Files.writeString(directory.resolve("settings.xml"), """
                <settings>
                  <localRepository>%s</localRepository>
                  <mirrors><mirror><id>downloaded</id><mirrorOf>central</mirrorOf><url>%s</url></mirror></mirrors>
                </settings>
                """.formatted(directory.resolve("m2"), downloaded.toUri()));
        Files.writeString(directory.resolve("pom.xml"), """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>example</groupId>
                  <artifactId>words</artifactId>
                  <version>1</version>
                  <properties>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                    <maven.compiler.release>25</maven.compiler.release>
                  </properties>
                  <repositories><repository><id>ours</id><url>%s</url></repository></repositories>
                  <dependencies>
                    <dependency><groupId>dev.wharf</groupId><artifactId>wharf-shmem</artifactId><version>%s</version></dependency>
                  </dependencies>
                  <build>
                    <plugins>
                      <plugin><artifactId>maven-resources-plugin</artifactId><version>%s</version></plugin>
                      <plugin><artifactId>maven-compiler-plugin</artifactId><version>%s</version></plugin>
                    </plugins>
                  </build>
                </project>
                """.formatted(directory.resolve("repository").toUri(), version,
                property("<maven-resources-plugin.version>([^<]+)<"), property("<maven-compiler-plugin.version>([^<]+)<")));
        Path sources = Files.createDirectories(directory.resolve("src/main/java"));
        for (String sample : List.of("Counter.java", "SharedHashTable.java")) {
            Files.copy(root.resolve("shmem/samples").resolve(sample), sources.resolve(sample));
        }
        end(start(List.of("mvn", "-q", "-B", "-s", "settings.xml", "compile")), 0);

        List<Process> counting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String line = "to be or not to be, that is " + i + "\n";
            Path text = Files.writeString(directory.resolve("text" + i), line.repeat(5000));
            counting.add(java(FLAGS, "-cp", "target/classes:lib/*", "SharedHashTable", "words.segment", text.toString(), "be"));
        }
        long most = 0;
        for (Process process : counting) {
            String line = line(process.inputReader());
            assertTrue(line.startsWith("be: "), line);
            most = Math.max(most, Long.parseLong(line.substring("be: ".length())));
        }
        assertEquals(3 * 2 * 5000, most);
        for (Process process : counting) {
            end(process, 0);
        }
    }

    private void publish(String artifact, String pom, Path jar) throws IOException {
        Path to = Files.createDirectories(directory.resolve("repository/dev/wharf").resolve(artifact).resolve(version));
        Files.copy(root.resolve(pom), to.resolve(artifact + "-" + version + ".pom"));
        if (jar != null) {
            Files.copy(jar, to.resolve(jar.getFileName()));
        }
    }
}
