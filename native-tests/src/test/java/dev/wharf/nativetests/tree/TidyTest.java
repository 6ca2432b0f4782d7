package dev.wharf.nativetests.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.nativetests.tree.SourceTree.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The style that a machine can check, over all source files. Where a list of exceptions is needed, it may only get shorter. */
class TidyTest {
    private static final int MAX_COLUMNS = 130;
    private static final int MAX_LINES = 600;

    /** Files that are longer, and how long they may be. */
    private static final Map<String, Integer> LONG_FILES = Map.of();

    /** Packages of main code that have no package-info.java. */
    private static final Set<String> PACKAGES_WITHOUT_INFO = Set.of("dev.wharf.cli", "dev.wharf.bench", "dev.wharf.bench.copy",
            "dev.wharf.bench.data", "dev.wharf.bench.jmh");

    private static final List<Source> SOURCES = SourceTree.read();

    /** What must not be in a line, where, and what to do about it. The patterns are put together so as not to find themselves. */
    private record Ban(String what, Pattern pattern, Predicate<Source> where, Set<String> except, String instead) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Ban ban(String what, String pattern, Predicate<Source> where, String instead, String... except) {
        return new Ban(what, Pattern.compile(pattern), where, Set.of(except), instead);
    }

    private static boolean isLibrary(Source source) {
        return source.isMain() && (source.path().startsWith("shmem/") || source.path().startsWith("engine/"))
                && !source.path().startsWith("engine/cli/");
    }

    private static boolean isCode(Source source) {
        return !source.path().equals("LICENSE") && !source.path().contains("src/test/resources/")
                && !source.path().startsWith("perf-reports/");
    }

    static List<Ban> bans() {
        return List.of(
                ban("left-over marks", "\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b", TidyTest::isCode, "do it, or leave it out"),
                ban("tabs", "\t", TidyTest::isCode, "use spaces"),
                ban("carriage returns", "\r", TidyTest::isCode, "end lines with a line feed"),
                // A text block's line may need them, as \040.
                ban("trailing spaces", " $", s -> isCode(s) && !s.path().endsWith(".md"), "remove them"),
                ban("directories of one machine", "[\"' =(`:]/(work|home|root|Users|mnt|var/folders)/|\"/tmp" + "/",
                        TidyTest::isCode, "take it from an option, or make it in @TempDir"),
                ban("sleeping in tests", "Thread\\." + "sleep|TimeUnit\\.\\w+\\." + "sleep", Source::isTest,
                        "wait for the thing itself: a latch, Process.waitFor, a blocking read"),
                ban("printing in libraries", "System\\.(out|err)\\b", TidyTest::isLibrary,
                        "return it, throw it, or log it with System.Logger",
                        "engine/core/src/main/java/dev/wharf/core/error/ServerLog.java"),
                ban("stack traces for users", "print" + "StackTrace\\(\\)", Source::isJava,
                        "throw it on, or log it with System.Logger",
                        // A worker's standard error is its log file.
                        "shmem/src/main/java/dev/wharf/shmem/bgworker/WorkerProcess.java"),
                ban("Runtime.exec", "get" + "Runtime\\(\\)\\.exec\\b", Source::isJava, "use ProcessBuilder"),
                ban("the JDK's own Unsafe", "sun\\.misc\\." + "Unsafe|jdk\\.internal\\.misc\\." + "Unsafe", Source::isJava,
                        "use java.lang.foreign, or UnsafeBuffer"),
                ban("tests that differ each time",
                        "new Ran" + "dom\\(\\)|Math\\.ran" + "dom\\(|ThreadLocal" + "Random|random" + "UUID\\(",
                        Source::isTest, "give a seed"),
                ban("tests switched off", "@Dis" + "abled\\b", Source::isJava, "mend it, remove it, or assume what it needs"),
                ban("imports of whole packages", "^import (static )?[\\w.]+\\.\\*;", Source::isJava, "name what is used"),
                ban("case by the user's language", "\\.to(Lower|Upper)Case\\(\\)", Source::isJava, "give Locale.ROOT"));
    }

    @ParameterizedTest
    @MethodSource("bans")
    void bannedIsNotThere(Ban ban) {
        List<String> found = new ArrayList<>();
        for (Source source : SOURCES) {
            if (!ban.where.test(source) || ban.except.contains(source.path())) {
                continue;
            }
            for (int i = 0; i < source.lines().size(); i++) {
                if (ban.pattern.matcher(source.lines().get(i)).find()) {
                    found.add(source.path() + ":" + (i + 1) + ": " + source.lines().get(i).strip());
                }
            }
        }
        assertEquals("", String.join("\n", found), () -> ban.what + "; instead: " + ban.instead);
    }

    @Test
    void treeIsSeen() {
        Set<String> paths = SOURCES.stream().map(Source::path).collect(Collectors.toSet());
        assertTrue(paths.contains("pom.xml"), paths::toString);
        assertTrue(SOURCES.stream().filter(Source::isMain).count() > 100);
        assertTrue(SOURCES.stream().filter(Source::isTest).count() > 10);
        assertTrue(paths.stream().noneMatch(p -> p.contains("/target/")), paths::toString);
    }

    @Test
    void linesAreNotTooLong() {
        List<String> found = new ArrayList<>();
        for (Source source : SOURCES) {
            for (int i = 0; source.isJava() && i < source.lines().size(); i++) {
                String line = source.lines().get(i);
                int columns = line.codePointCount(0, line.length());
                if (columns > MAX_COLUMNS) {
                    found.add(source.path() + ":" + (i + 1) + ": " + columns);
                }
            }
        }
        assertEquals("", String.join("\n", found), "lines of more than " + MAX_COLUMNS + " columns");
    }

    @Test
    void filesAreNotTooLong() {
        Map<String, Integer> found = SOURCES.stream().filter(s -> s.isJava() && s.lines().size() - 1 > MAX_LINES)
                .collect(Collectors.toMap(Source::path, s -> s.lines().size() - 1));
        assertEquals(LONG_FILES, found, "a file does one thing: split it; what got shorter: say so in the list");
    }

    @Test
    void filesEndWithALineFeed() {
        List<String> found = SOURCES.stream().filter(s -> isCode(s) && (!s.endsWithNewline()
                || s.lines().size() > 2 && s.lines().get(s.lines().size() - 2).isEmpty())).map(Source::path).toList();
        assertEquals(List.of(), found, "end with one line feed");
    }

    /** Every type of main code that has a file of its own says what it is. */
    @Test
    void typesHaveJavadoc() {
        Pattern declaration = Pattern.compile(
                "^(public |abstract |final |sealed |non-sealed )*(class|interface|enum|record|@interface) \\w+");
        List<String> found = new ArrayList<>();
        for (Source source : SOURCES) {
            if (!source.isJava() || !source.isMain() || source.name().equals("package-info.java")) {
                continue;
            }
            int at = 0;
            while (at < source.lines().size() && !declaration.matcher(source.lines().get(at)).find()) {
                at++;
            }
            assertTrue(at < source.lines().size(), () -> "no type in " + source.path());
            do {
                at--;
            } while (source.lines().get(at).startsWith("@"));
            if (!source.lines().get(at).strip().endsWith("*/")) {
                found.add(source.path());
            }
        }
        assertEquals(List.of(), found, "types without Javadoc");
    }

    @Test
    void packagesHaveJavadoc() {
        Set<String> packages = new TreeSet<>();
        Set<String> described = new TreeSet<>();
        for (Source source : SOURCES) {
            if (source.isJava() && source.isMain()) {
                String path = source.path();
                String name = path.substring(path.indexOf("src/main/java/") + 14, path.lastIndexOf('/')).replace('/', '.');
                packages.add(name);
                if (source.name().equals("package-info.java")) {
                    assertTrue(source.lines().getFirst().startsWith("/**"), path);
                    described.add(name);
                }
            }
        }
        assertFalse(packages.isEmpty());
        packages.removeAll(described);
        packages.removeIf(PACKAGES_WITHOUT_INFO::contains);
        assertEquals(Set.of(), packages, "packages without a package-info.java");
        Set<String> needless = new TreeSet<>(PACKAGES_WITHOUT_INFO);
        needless.retainAll(described);
        assertEquals(Set.of(), needless, "packages that have one now: take them out of the list");
    }
}
