package dev.wharf.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * The machine and the conditions of a run, for a report: neither a path nor a host name among them. Immutable; made
 * when a run starts.
 *
 * @param facts what is known, in the order of the report; what the machine does not tell is left out
 */
public record Environment(Map<String, String> facts) {
    private static final List<String> TELLING_CPU_FLAGS = List.of("sse4_2", "pclmulqdq", "avx2", "bmi2", "avx512bw",
            "avx512_vbmi2", "vpclmulqdq", "asimd", "sve");
    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT);

    public Environment {
        facts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /**
     * @param home the project's directory, for the commit that is measured
     * @param data where the measured files are
     */
    public static Environment read(Path home, Path data) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("date", ZonedDateTime.now(ZoneOffset.UTC).format(MINUTES));
        put(facts, "commit", command(home, "git", "describe", "--always", "--dirty", "--abbrev=12"));
        put(facts, "CPU", field("/proc/cpuinfo", "model name"));
        put(facts, "CPU features", cpuFeatures());
        facts.put("CPUs", Integer.toString(Runtime.getRuntime().availableProcessors()));
        put(facts, "memory", memory());
        put(facts, "transparent huge pages", chosen("/sys/kernel/mm/transparent_hugepage/enabled"));
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        put(facts, "file system", fileSystem(data));
        facts.put("JDK", System.getProperty("java.vendor.version", "") + " "
                + System.getProperty("java.runtime.version"));
        put(facts, "load average at the start", loadAverage());
        return new Environment(facts);
    }

    /** This, and one more fact at the end. */
    public Environment with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(facts);
        put(more, name, value);
        return new Environment(more);
    }

    /** The load over the last 1, 5 and 15 minutes, or null. */
    public static String loadAverage() {
        String line = firstLine("/proc/loadavg");
        return line == null ? null : String.join(" ", List.of(line.split(" ")).subList(0, 3));
    }

    /** As a Markdown list. */
    public String markdown() {
        StringBuilder out = new StringBuilder();
        facts.forEach((name, value) -> out.append("- ").append(name).append(": ").append(value).append('\n'));
        return out.toString();
    }

    private static void put(Map<String, String> facts, String name, String value) {
        if (value != null && !value.isBlank()) {
            facts.put(name, value.strip());
        }
    }

    private static String cpuFeatures() {
        String all = field("/proc/cpuinfo", "flags");
        if (all == null) {
            all = field("/proc/cpuinfo", "Features");
        }
        if (all == null) {
            return null;
        }
        TreeSet<String> present = new TreeSet<>(List.of(all.split(" ")));
        List<String> telling = new ArrayList<>(TELLING_CPU_FLAGS);
        telling.retainAll(present);
        return String.join(" ", telling);
    }

    private static String memory() {
        String total = field("/proc/meminfo", "MemTotal");
        return total == null ? null
                : String.format(Locale.ROOT, "%.1f GiB", Long.parseLong(total.split(" ")[0]) / 1048576.0);
    }

    private static String fileSystem(Path data) {
        try {
            return Files.getFileStore(data).type();
        } catch (IOException e) {
            return null;
        }
    }

    /** The word in brackets: {@code always [madvise] never}. */
    private static String chosen(String file) {
        String line = firstLine(file);
        return line == null || line.indexOf('[') < 0 ? null
                : line.substring(line.indexOf('[') + 1, line.indexOf(']'));
    }

    private static String firstLine(String file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? null : lines.getFirst();
    }

    private static String field(String file, String name) {
        for (String line : lines(file)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equals(name)) {
                return line.substring(colon + 1).strip();
            }
        }
        return null;
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String command(Path directory, String... command) {
        try {
            Process process = new ProcessBuilder(command).directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? out : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
