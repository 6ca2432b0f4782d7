package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wharf.core.utility.Parser;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.PreferQueryMode;
import org.postgresql.util.PSQLWarning;

/** Where the statements of a string are: PostgreSQL tells it in the trees that it can be asked to print. */
class StatementLocationsTest {
    private static final Pattern PLACE = Pattern.compile(":stmt_location (-?\\d+) :stmt_len (-?\\d+)");

    /** ASCII, as PostgreSQL counts bytes. */
    @ParameterizedTest
    @ValueSource(strings = {
        "SHOW work_mem",
        "  SHOW work_mem  ",
        "SHOW work_mem;",
        "SHOW work_mem ; ",
        ";; SHOW work_mem;;SHOW work_mem",
        "/* one */ SHOW /* two */ work_mem -- three\n; -- four\n RESET work_mem -- five\n",
        "SET work_mem = 100; RESET work_mem;\n\tSHOW work_mem;SHOW work_mem\n;",
        "CREATE TEMP TABLE loc (a int); DROP TABLE loc",
        ";SHOW work_mem;/* nothing */;"})
    void asPostgres(String sql) throws SQLException {
        List<String> expected = new ArrayList<>();
        try (Connection connection = PostgresOracle.get().connect("preferQueryMode=simple");
                Statement statement = connection.createStatement()) {
            assertEquals(PreferQueryMode.SIMPLE, connection.unwrap(PGConnection.class).getPreferQueryMode());
            statement.execute("SET debug_print_parse = on");
            statement.execute("SET client_min_messages = log");
            statement.clearWarnings();
            statement.execute(sql);
            for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                Matcher place = PLACE.matcher(
                        ((PSQLWarning) warning).getServerErrorMessage().toString().replaceAll("\\s+", " "));
                if (place.find()) {
                    expected.add(place.group(1) + " " + place.group(2));
                }
            }
        }
        List<String> actual = Parser.parse(sql.replace("TEMP ", "     "), _ -> { }).stream()
                .map(raw -> raw.location() + " " + raw.length()).toList();
        assertEquals(sql.length(), sql.getBytes(StandardCharsets.UTF_8).length);
        assertEquals(String.join(", ", expected), String.join(", ", actual));
    }
}
