package dev.wharf.cli.options;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineOptionsTest {
    private static CommandLineOptions options() {
        return new CommandLineOptions("wharf try", "Tries what there is to try.")
                .flag("-A", "--no-align", "Unaligned.")
                .flag("-t", "--tuples-only", "Rows only.")
                .flag("--header", "The first row is names.")
                .value("-D", "--directory", "DIR", "A directory.")
                .value("--table", "T", "A table.")
                .value("-j", "--jobs", "N", "Processes.")
                .values("-c", "--command", "SQL", "Run it.")
                .values("-f", "--file", "FILE", "Run a file.")
                .values("-v", "--set", "NAME=VALUE", "Set a variable.");
    }

    private static Arguments parse(String... words) {
        return options().operands("FILE", "Files.").parse(words);
    }

    private static String refused(String... words) {
        return assertThrows(UsageException.class, () -> options().parse(words)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-f x=1 y", "-fx=1 y", "-f=x=1 y", "--file x=1 y", "--file=x=1 y", "-Atfx=1 y", "-Atf x=1 y",
        "y -f x=1", "-fx=1 -- y"})
    void aValueIsWrittenInManyWays(String line) {
        Arguments arguments = parse(line.split(" "));
        assertEquals(List.of("x=1"), arguments.values("-f"));
        assertEquals(List.of("x=1"), arguments.values("--file"));
        assertEquals(List.of("y"), arguments.operands());
        assertEquals(line.startsWith("-At"), arguments.has("--no-align"));
        assertEquals(line.startsWith("-At"), arguments.has("-t"));
        assertNull(arguments.value("--directory"));
        assertEquals("here", arguments.value("--directory", "here"));
    }

    /** Also one that looks like an option, is empty or is in quotes. */
    @ParameterizedTest
    @ValueSource(strings = {"", "-", "--", "-A", "--no-align", "-- comment", "-1", "\"quoted\"", "'", "a b", "@file", "="})
    void aValueIsTakenAsItIs(String value) {
        assertEquals(List.of(value), options().parse("-c", value).values("-c"));
        assertEquals(List.of(value), options().parse("--command", value).values("-c"));
        assertEquals(List.of(value), options().parse("--command=" + value).values("-c"));
        assertEquals(value, options().parse("--table", value, "-A").value("--table"));
    }

    @Test
    void optionsKeepTheirOrder() {
        Arguments arguments = options().parse("-c", "1", "--file=2", "-At", "-f3", "-v", "a=b", "--command", "4", "-f", "-",
                "-vc");
        assertEquals(List.of(new Arguments.Given("-c", "1"), new Arguments.Given("-f", "2"), new Arguments.Given("-f", "3"),
                new Arguments.Given("-c", "4"), new Arguments.Given("-f", "-")), arguments.inOrder("-c", "-f"));
        assertEquals(List.of("a=b", "c"), arguments.values("--set"));
        assertEquals(List.of(), arguments.operands());
    }

    @Test
    void operandsStandAnywhere() {
        Arguments arguments = parse("a", "-A", "-", "-Dx", "b c", "--", "-t", "--", "--table");
        assertEquals(List.of("a", "-", "b c", "-t", "--", "--table"), arguments.operands());
        assertFalse(arguments.has("-t"));
        assertEquals("x", arguments.value("-D"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "--tabel=x; unknown option --tabel: did you mean --table?",
        "--tab x; unknown option --tab: did you mean --table?",
        "-table x; unknown option -table: did you mean --table?",
        "-header; unknown option -header: did you mean --header?",
        "---table x; unknown option ---table: did you mean --table?",
        "--wibble; unknown option --wibble",
        "--c 1; unknown option --c",
        "-x; unknown option -x",
        "-Ax; unknown option -x in -Ax",
        "-A-; unknown option -- in -A-",
        "-=; unknown option -",
        "--=; unknown option --",
        "-f; option -f, --file needs a value: FILE",
        "-Atf; option -f, --file needs a value: FILE",
        "--table; option --table needs a value: T",
        "--header=1; option --header takes no value: --header=1",
        "--no-align=; option -A, --no-align takes no value: --no-align=",
        "-A=1; unknown option -= in -A=1",
        "-D a --directory b; option -D, --directory was given twice: give it once",
        "-AA; option -A, --no-align was given twice: give it once",
        "-A a b; unexpected word \"a\": wharf try takes options only, and a value with blanks in it must be quoted"})
    void whatIsWrongIsNamed(String line, String message) {
        assertEquals(message, refused(line.split(" ")));
    }

    @Test
    void anOperandIsNeeded() {
        UsageException e = assertThrows(UsageException.class, () -> parse("-A", "--"));
        assertEquals("missing FILE: name at least one", e.getMessage());
    }

    @Test
    void helpNeedsNothingElse() {
        assertTrue(parse("-h").has("--help"));
        assertTrue(options().parse("--help", "word").has("-h"));
        assertTrue(options().parse("-Ath").has("-h"));
    }

    @Test
    void numbers() {
        Arguments arguments = options().parse("-j", "-3", "--table", "1e3", "-Dx");
        assertEquals(-3, arguments.wholeNumber("--jobs", 1, -3));
        assertEquals(1e3, arguments.number("--table", 1));
        assertEquals(7, options().parse().wholeNumber("--jobs", 7, 1));
        assertEquals(0.5, options().parse().number("--table", 0.5));
        assertEquals("--jobs must be at least 1: -3",
                assertThrows(UsageException.class, () -> arguments.wholeNumber("--jobs", 1, 1)).getMessage());
        assertEquals("--table must be a whole number: \"1e3\"",
                assertThrows(UsageException.class, () -> arguments.wholeNumber("--table", 1, 1)).getMessage());
        assertEquals("--directory must be a number: \"x\"",
                assertThrows(UsageException.class, () -> arguments.number("--directory", 1)).getMessage());
    }

    @Test
    void anOptionThatTheCommandDoesNotHaveIsAMistakeInTheProgram() {
        assertThrows(IllegalArgumentException.class, () -> options().parse().has("--tables"));
    }

    @Test
    void helpHasTwoColumns() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        new CommandLineOptions("wharf try", "word ".repeat(20) + "end.").operands("FILE", "Files.")
                .flag("--header", "The first row is names.")
                .value("-D", "--directory", "DIR", "w ".repeat(40) + "end.").values("-c", "--command", "SQL", "Run it.")
                .printHelp(new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertArrayEquals("""
                Usage: wharf try [OPTION]... FILE...

                word word word word word word word word word word word word word word word word
                word word word word end.

                  FILE                 Files.

                Options:
                  -h, --help           Show this help.
                      --header         The first row is names.
                  -D, --directory=DIR  w w w w w w w w w w w w w w w w w w w w w w w w w w w w w
                                       w w w w w w w w w w w end.
                  -c, --command=SQL    Run it. Repeatable.
                """.split("\n"), printed.toString(StandardCharsets.UTF_8).split("\n"));
    }
}
