package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** COPY of intervals and JSON beside PostgreSQL, whole files and single bad values, serial and with tiny tasks. */
class TypesCopyTest {
    private static final CopyPair.Mode TINY = new CopyPair.Mode(2, true, 700);
    private static final int ROWS = 2_000;

    @TempDir
    private static Path directory;
    private static CopyPair pair;

    @BeforeAll
    static void open() throws Exception {
        pair = new CopyPair(directory.resolve("data"));
        pair.startWorkers(2);
    }

    @AfterAll
    static void close() throws Exception {
        pair.close();
    }

    @Test
    void sameRows() throws Exception {
        pair.createTable("i int, a interval, b interval day to second(1), c json, d jsonb, e text[]");
        List<String> intervals = List.of("1 day -00:00:01.5", "@ 1 year 2 mons ago", "P1Y2M3DT4H5M6.7S", "infinity", "");
        List<String> jsons = List.of("{\"b\": 1, \"a\": [\"x,y\", \"two\\nlines\"]}", "[]", "1e2", "",
                "{\"a\" :1.50,\n \"a\": \"\\u00e9\"}");
        StringBuilder csv = new StringBuilder();
        for (int i = 0; i < ROWS; i++) {
            String json = jsons.get(i % 5).replace("\"", "\"\"");
            json = json.isEmpty() ? "" : '"' + json + '"';
            csv.append(i).append(',').append(intervals.get(i % 5)).append(',').append(i % 3 == 0 ? "" : i + ".25 s").append(',')
                    .append(json).append(',').append(json)
                    .append(",\"{").append(i).append(",\"\"x y\"\",NULL}\"\n");
        }
        compare(csv.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            interval | 1 fortnight
            interval | 2147483648 days
            interval(0) | 9223372036854775807 us
            json | "{""a"": tru}"
            json | "[1, 2"
            json | "{""a"":\\n\\n 1,}"
            json | "[""0123456789012345678901234567890123456789012345678901234567890123456789"" x]"
            json | "[""éééééééééééééééééééééééééééééééééééééééééééééééééééé"" x, y]"
            json | "   "
            integer[] | "{1,x}"
            text[] | "{1,2"
            varchar(2)[] | "{ab,abc}"
            json[] | "{1,[}"
            jsonb | "[1,"
            jsonb | "[""\\u0000""]"
            jsonb | "[1e200000]"
            jsonb | "[""\\ud800""]"
            """)
    void sameError(String type, String value) throws Exception {
        pair.createTable("i int, a " + type);
        StringBuilder csv = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            csv.append(i).append(',').append(i == 200 ? value.replace("\\n", "\n") : "").append('\n');
        }
        compare(csv.toString());
    }

    private static void compare(String csv) throws Exception {
        pair.write(csv.getBytes(StandardCharsets.UTF_8));
        String expected = pair.loadPostgres("", "").toString();
        for (CopyPair.Mode mode : List.of(CopyPair.Mode.SERIAL, TINY)) {
            assertEquals(expected, pair.loadWharf("", "", mode).toString(), mode.toString());
        }
    }
}
