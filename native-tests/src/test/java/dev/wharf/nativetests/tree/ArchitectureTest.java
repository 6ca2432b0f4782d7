package dev.wharf.nativetests.tree;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom: read from the class files of all modules. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importLocations(locations());

    /** The modules from the lowest to the highest: each may know those before it. native-tests may know all, and nobody it. */
    private static final List<String> MODULES = List.of("shmem", "core", "query", "server", "cli", "bench", "nativetests");

    /** Modules that the tree does not have yet. */
    private static final Set<String> NOT_YET = Set.of("query", "server");

    /** The samples: a package each. */
    private static final String EXTENSIONS = "extensions";

    /** The class path, and the samples, which are not on it: they are loaded from jars. */
    private static Set<Location> locations() {
        Set<Location> locations = new HashSet<>(Locations.ofPackage("dev.wharf"));
        Path samples = SourceTree.root().resolve("engine").resolve(EXTENSIONS);
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(samples, at -> Files.exists(at.resolve("pom.xml")))) {
            modules.forEach(module -> locations.add(Location.of(module.resolve("target").resolve("classes"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return locations;
    }

    @Test
    void everyModuleIsLookedAt() {
        Set<String> seen = CLASSES.stream().map(ArchitectureTest::module).collect(Collectors.toCollection(TreeSet::new));
        for (String module : MODULES) {
            // Class paths differ: the tests' own classes may be seen as tests, or not.
            if (!NOT_YET.contains(module) && !module.equals("nativetests")) {
                assertTrue(seen.contains(module), () -> "no classes of " + module + " among " + seen);
            }
        }
        assertTrue(seen.remove(EXTENSIONS), () -> "no samples among " + seen);
        assertTrue(MODULES.containsAll(seen), () -> "a module that no rule knows: " + seen);
    }

    private static String module(JavaClass c) {
        return c.getPackageName().split("\\.", 4)[2];
    }

    static List<ArchRule> directions() {
        return MODULES.stream().limit(MODULES.size() - 1L).<ArchRule>map(module -> {
            String[] above = MODULES.stream().skip(MODULES.indexOf(module) + 1L).map(m -> "dev.wharf." + m + "..")
                    .toArray(String[]::new);
            return noClasses().that().resideInAPackage("dev.wharf." + module + "..").should().dependOnClassesThat()
                    .resideInAnyPackage(above).allowEmptyShould(NOT_YET.contains(module));
        }).toList();
    }

    @ParameterizedTest
    @MethodSource("directions")
    void dependenciesPointOneWay(ArchRule rule) {
        rule.check(CLASSES);
    }

    /** They are built on shmem and core; nobody is built on them. */
    @Test
    void samplesStandAlone() {
        String samples = "dev.wharf." + EXTENSIONS + "..";
        noClasses().that().resideOutsideOfPackage(samples).should().dependOnClassesThat().resideInAPackage(samples)
                .check(CLASSES);
        noClasses().that().resideInAPackage(samples).should().dependOnClassesThat(resideInAPackage("dev.wharf..")
                .and(not(resideInAnyPackage("dev.wharf.shmem..", "dev.wharf.core..", samples)))).check(CLASSES);
        slices().matching("dev.wharf." + EXTENSIONS + ".(*)..").should().notDependOnEachOther().check(CLASSES);
    }

    /** A library, and the packages that may know it; separated by {@code |}. */
    @ParameterizedTest
    @CsvSource({
        "org.apache.calcite.., dev.wharf.query..",
        "net.openhft.., dev.wharf.core.wal..",
        "org.apache.arrow.. | com.google.flatbuffers.., dev.wharf.core.arrow..",
        "com.github.luben.., dev.wharf.core.source..",
        "jdk.incubator.vector.., dev.wharf.core.csv.. | dev.wharf.core.kernel.. | dev.wharf.core.format..",
        "org.apache.commons.cli.., dev.wharf.cli.options..",
        "io.trino.tpch.., dev.wharf.cli.. | dev.wharf.bench..",
        "org.duckdb.. | org.postgresql.. | io.zonky.. | org.knowm.. | de.erichseifert.. | org.openjdk.jmh.., dev.wharf.bench..",
        // Logging is System.Logger.
        "java.util.logging.. | org.slf4j.. | org.apache.logging.. | org.apache.commons.logging.., dev.wharf.none",
        // The launcher hands over a descriptor, which only the JDK's own access to FileDescriptor can wrap.
        // And signals.
        "sun.. | com.sun.. | jdk.internal.., dev.wharf.cli | dev.wharf.shmem.os"})
    void librariesStayWhereTheyBelong(String libraries, String packages) {
        noClasses().that().resideOutsideOfPackages(packages.split(" \\| "))
                .and().resideOutsideOfPackage("dev.wharf.nativetests..")
                .should().dependOnClassesThat().resideInAnyPackage(libraries.split(" \\| ")).check(CLASSES);
    }

    @Test
    void downcallsLiveInOnePackage() {
        noClasses().that().resideOutsideOfPackage("dev.wharf.shmem.os").should().dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.foreign\\.(Linker|FunctionDescriptor|SymbolLookup).*").check(CLASSES);
    }

    /** A library does not end the process that uses it; LibraryExit is what sees to that. */
    @Test
    void onlyMainClassesExit() {
        String mains = "dev\\.wharf\\.(cli\\.Wharf|bench\\.Main|bench\\.lock\\.LockPeer|shmem\\.bgworker\\.WorkerProcess"
                + "|core\\.extension\\.LibraryExit)";
        noClasses().that().haveNameNotMatching(mains).should().callMethod(System.class, "exit", int.class)
                .orShould().callMethod(Runtime.class, "exit", int.class)
                .orShould().callMethod(Runtime.class, "halt", int.class).check(CLASSES);
    }

    @Test
    void packagesHaveNoCircles() {
        slices().assignedFrom(new SliceAssignment() {
            @Override
            public String getDescription() {
                return "packages of core, dev.wharf.core itself among them";
            }

            @Override
            public SliceIdentifier getIdentifierOf(JavaClass c) {
                return (c.getPackageName() + ".").startsWith("dev.wharf.core.") ? SliceIdentifier.of(c.getPackageName())
                        : SliceIdentifier.ignore();
            }
        }).should().beFreeOfCycles().check(CLASSES);
        slices().matching("dev.wharf.cli.(*)..").should().beFreeOfCycles().allowEmptyShould(true).check(CLASSES);
        slices().matching("dev.wharf.bench.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void facadeIsOnTop() {
        noClasses().that().resideInAPackage("dev.wharf.core.(*)..").should().dependOnClassesThat()
                .resideInAPackage("dev.wharf.core").check(CLASSES);
    }
}
