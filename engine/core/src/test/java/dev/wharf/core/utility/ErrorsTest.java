package dev.wharf.core.utility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.copy.CopyFormatOptions;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.PgError;
import dev.wharf.core.types.PgType;
import dev.wharf.core.utility.Statement.CopyStmt;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every error of errors.txt, which holds what a real PostgreSQL said. */
class ErrorsTest {
    private static final Relation T = new Relation(1, "t", List.of(new Column("a", PgType.of(PgType.Kind.INT4), false),
            new Column("b", PgType.of(PgType.Kind.TEXT), false)), false);

    @ParameterizedTest
    @MethodSource("cases")
    void asPostgres(String sql, String expected) {
        PgError e = assertThrows(PgError.class, () -> {
            for (RawStmt statement : Parser.parse(sql, _ -> { })) {
                if (statement.statement() instanceof CopyStmt copy) {
                    CopyFormatOptions options = CopyOptions.process(copy.options(), copy.isFrom(), PgEncoding.UTF8);
                    CopyOptions.checkForce(options, T, CopyOptions.columns(T, copy.columns()));
                }
            }
        });
        assertEquals(expected, e.sqlState() + " " + e.position() + " " + e.getMessage());
    }

    static Stream<Arguments> cases() throws IOException {
        List<Arguments> cases = new ArrayList<>();
        String statement = null;
        try (InputStream in = ErrorsTest.class.getResourceAsStream("errors.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.startsWith("    ")) {
                    cases.add(Arguments.of(statement, line.strip()));
                } else if (!line.startsWith("#") && !line.isEmpty()) {
                    statement = line;
                }
            }
        }
        return cases.stream();
    }
}
