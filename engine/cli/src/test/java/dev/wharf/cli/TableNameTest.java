package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wharf.core.error.PgError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code --table} names. */
class TableNameTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            r | r
            Visits | visits
            public.r | r
            PUBLIC . R | r
            "public"."My t" | My t
            "a.b" | a.b
            "a""b" | a"b
            2024-x | 2024-x
            order | order
            """)
    void names(String word, String name) {
        assertEquals(name, TableName.of(word));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            My t | 42602
            a. | 42602
            .a | 42602
            "a | 42602
            "a"b | 42602
            "" | 42602
            other.r | 3F000
            "PUBLIC".r | 3F000
            db.public.r | 0A000
            """)
    void noNames(String word, String state) {
        assertEquals(state, assertThrows(PgError.class, () -> TableName.of(word)).sqlState());
    }

    @Test
    void loadAndSqlMeanTheSameTable(@TempDir Path folder) throws IOException {
        Path csv = Files.writeString(folder.resolve("f.csv"), "1,a\n");
        String data = folder.resolve("data").toString();
        for (String name : new String[] {"public.r", "R", "\"R\"", "public.\"a.b\""}) {
            CommandRun load = CommandRun.of("", "load", "-D", data, csv.toString(), "--table", name, "--no-header");
            assertEquals(0, load.exit(), load::err);
        }
        for (String[] rows : new String[][] {{"r", "2"}, {"\"R\"", "1"}, {"\"a.b\"", "1"}}) {
            CommandRun sql = CommandRun.of("", "sql", "-D", data, "-c", "COPY " + rows[0] + " TO STDOUT");
            assertEquals(rows[1], Long.toString(sql.out().lines().count()));
        }
    }
}
