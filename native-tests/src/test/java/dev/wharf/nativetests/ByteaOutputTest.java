package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wharf.nativetests.CopyPair.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** COPY TO under both values of bytea_output: the same bytes as PostgreSQL's. */
class ByteaOutputTest extends CopyPairTest {
    @AfterEach
    void reset() throws SQLException {
        both("RESET bytea_output");
    }

    private static void both(String sql) throws SQLException {
        pair.postgres(sql);
        pair.wharf(sql);
    }

    @Test
    void everyByte() throws IOException, SQLException {
        pair.createTable("a int, b bytea");
        StringBuilder rows = new StringBuilder("0,\n1,\"\"\n2,\\x\n");
        StringBuilder all = new StringBuilder();
        for (int b = 0; b < 256; b++) {
            rows.append(b).append(",\\x").append(String.format("%02x", b)).append('\n');
            all.append(String.format("%02x", b));
        }
        rows.append("300,\\x").append(all).append("\n301,\\x").append("00ff".repeat(40_000)).append('\n');
        pair.write(rows.toString().getBytes(StandardCharsets.US_ASCII));
        assertEquals(pair.loadPostgres("", "").toString(), pair.loadWharf("", "", new Mode(0, true, 500)).toString());
        for (String output : List.of("escape", "hex", "ESCAPE")) {
            both("SET bytea_output = " + output);
            for (String options : List.of("FORMAT text", "FORMAT text, DELIMITER '~'", "FORMAT csv", "FORMAT csv, FORCE_QUOTE *",
                    "FORMAT csv, QUOTE '1', ESCAPE '\\'", "FORMAT binary")) {
                String sql = "COPY t TO STDOUT (" + options + ")";
                for (Mode mode : List.of(Mode.SERIAL, new Mode(2, false, 1 << 20))) {
                    assertArrayEquals(pair.copyOutPostgres(sql), pair.copyOutWharf(sql, mode), () -> output + ": " + sql);
                }
            }
            assertEquals(pair.rowsAsJson(), CopyPair.text(pair.copyOutWharf("COPY t TO STDOUT (FORMAT json)", Mode.SERIAL)));
        }
    }
}
