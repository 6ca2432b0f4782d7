package dev.wharf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
    @TempDir
    Path directory;

    @Test
    void tellsTheMachineButNotWhichOne() throws IOException {
        String markdown = Environment.read(directory, directory).markdown();
        assertTrue(markdown.contains("- CPUs: " + Runtime.getRuntime().availableProcessors() + "\n"), markdown);
        assertTrue(markdown.contains("- JDK: "), markdown);
        assertTrue(markdown.contains("- kernel: " + System.getProperty("os.name")), markdown);
        assertFalse(markdown.contains(directory.toString()), markdown);
        assertFalse(markdown.contains(InetAddress.getLocalHost().getHostName()), markdown);
        assertFalse(markdown.contains("commit"), "a directory that is no repository has no commit");
    }

    @Test
    void addsFactsButNoEmptyOnes() {
        Environment environment = new Environment(Map.of("a", "1")).with("b", " 2 ").with("c", null).with("d", " ");
        assertEquals(List.of("a", "b"), List.copyOf(environment.facts().keySet()));
        assertEquals("- a: 1\n- b: 2\n", environment.markdown());
    }
}
