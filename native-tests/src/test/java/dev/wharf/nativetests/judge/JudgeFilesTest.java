package dev.wharf.nativetests.judge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the judge makes of its own files: cases, the list of differences, small cases, and what is different in them. */
class JudgeFilesTest {
    private static final List<String> FILE = """
            # a comment
            setup
            CREATE TABLE t (a int);

            # another
            case one
            COPY t
              FROM 'in';
            < 1<cr>

            < 2
            case two
            COPY t TO STDOUT;
                COPY 1
            > 1
            """.replace("<cr>\n\n", "<cr>\n<\n").lines().toList();

    private static TestFile file() {
        return TestFile.parse("x.test", FILE);
    }

    @Test
    void cases() {
        TestFile file = file();
        assertEquals(List.of("CREATE TABLE t (a int)"), file.setup().stream().map(Step::sql).toList());
        assertEquals(List.of("x.test: one", "x.test: two"), file.cases().stream().map(TestFile.Case::toString).toList());
        Step one = file.cases().getFirst().steps().getFirst();
        assertEquals("COPY t\n  FROM 'in'", one.sql());
        assertEquals(7, one.line());
        assertArrayEquals("1\r\n\n2\n".getBytes(StandardCharsets.UTF_8), one.input());
        assertEquals(List.of(), one.expected());
        assertEquals(List.of("    COPY 1", "> 1"), file.cases().get(1).steps().getFirst().expected());
    }

    @Test
    void regeneratedFileKeepsAllButWhatIsExpected() {
        List<String> lines = file().withExpected(step -> step.sql().contains("FROM") ? List.of("    COPY 2") : List.of());
        assertEquals(String.join("\n", FILE).replace("< 2\n", "< 2\n    COPY 2\n").replace("\n    COPY 1\n> 1", ""),
                String.join("\n", lines));
        assertEquals(lines, TestFile.parse("x.test", lines).withExpected(Step::expected));
    }

    /** Every file is as regenerating would write it. */
    @Test
    void filesAreInOrder() throws IOException {
        List<TestFile> files = TestFile.readAll();
        for (TestFile file : files) {
            assertEquals(file.source(), file.withExpected(Step::expected));
        }
        assertTrue(files.stream().mapToInt(f -> f.cases().size()).sum() >= 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"COPY t;", "case a\n    COPY 1", "case a\n< 1", "case a\nCOPY t",
        "case a\nCOPY t\n< 1", "case a\ncase a"})
    void mistakes(String text) {
        assertThrows(IllegalArgumentException.class, () -> TestFile.parse("x.test", text.lines().toList()));
    }

    @Test
    void directoryAndPosition() {
        Step step = new Step(1, "COPY t TO '$dir/out' (FOO)", new byte[0], List.of());
        assertEquals("out", step.written());
        assertNull(step.target());
        String sql = step.sql("a/long/name");
        assertEquals("COPY t TO 'a/long/name/out' (FOO)", sql);
        assertEquals(step.sql().indexOf("FOO") + 1, step.position(sql.indexOf("FOO") + 1, "a/long/name"));
        assertEquals(3, step.position(3, "a/long/name"));
    }

    @Test
    void differences() {
        Differences list = Differences.parse(List.of("x.test: *", "reason not supported yet: x", "", "x.test: two",
                "reason so it is meant", "    COPY 2"));
        Differences.Entry all = list.of(file().cases().getFirst());
        Outcome refused = new Outcome(List.of("    ERROR 0A000: COPY option X is not supported", "    HINT: no"));
        assertTrue(all.isOfFile() && all.isNotSupportedYet());
        assertTrue(all.allows(refused));
        assertFalse(all.allows(new Outcome(List.of("    COPY 2"))));
        Differences.Entry two = list.of(file().cases().get(1));
        assertTrue(two.allows(new Outcome(List.of("    COPY 2"))));
        assertFalse(two.allows(refused));
        assertEquals(List.of(), list.without(List.of(file())));
        assertEquals(2, list.without(List.of()).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.test: a", "x.test: a\nreason meant", "x.test: *\nreason meant\n    COPY 1",
        "x.test: a\nreason not supported yet\n    COPY 1",
        "x.test: *\nreason not supported yet\nx.test: *\nreason not supported yet"})
    void mistakesInDifferences(String text) {
        assertThrows(IllegalArgumentException.class, () -> Differences.parse(text.lines().toList()));
    }

    @Test
    void diff() {
        assertEquals("  a\n- b\n+ x\n  c\n+ d", Diff.of(List.of("a", "b", "c"), List.of("a", "x", "c", "d")));
    }

    /** Differs as long as there is a quote behind a 7, and the quote is given. */
    @Test
    void smallestCase() throws Exception {
        byte[] data = "123,abc\n457,d\"ef\n\"x\",y\n".repeat(5).getBytes(StandardCharsets.UTF_8);
        FuzzCase start = new FuzzCase(FuzzTable.all().get(1), " (b, a)", List.of("FORMAT csv", "HEADER", "QUOTE '\"'"), data,
                List.of("FORMAT csv"));
        FuzzCase smallest = Shrinker.shrink(start, c -> {
            String text = new String(c.data(), StandardCharsets.UTF_8);
            return text.contains("7") && text.indexOf('"', text.indexOf('7')) > 0
                    && c.fromOptions().stream().anyMatch(o -> o.startsWith("QUOTE"));
        });
        assertEquals("7\"", new String(smallest.data(), StandardCharsets.UTF_8));
        assertEquals(List.of("QUOTE '\"'"), smallest.fromOptions());
        assertNull(smallest.toOptions());
        assertEquals("case found\nCREATE UNLOGGED TABLE t1 (a int, b text);\nCOPY t1 FROM 'in' (QUOTE '\"');\n< 7\"<eof>\n"
                + "    COPY 1",
                smallest.toTest("found", Arrays.asList(new Outcome(List.of("    COPY 1")))));
    }
}
