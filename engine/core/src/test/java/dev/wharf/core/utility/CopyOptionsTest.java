package dev.wharf.core.utility;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.catalog.Relation;
import dev.wharf.core.copy.CopyErrorHandling;
import dev.wharf.core.copy.CopyErrorHandling.LogVerbosity;
import dev.wharf.core.copy.CopyErrorHandling.OnError;
import dev.wharf.core.copy.CopyFormatOptions;
import dev.wharf.core.copy.CopyFormatOptions.Format;
import dev.wharf.core.copy.CopyFormatOptions.Header;
import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.PgError;
import dev.wharf.core.types.PgType;
import dev.wharf.core.utility.Statement.CopyStmt;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CopyOptionsTest {
    private static CopyFormatOptions process(String sql) {
        CopyStmt copy = (CopyStmt) Parser.parse(sql, _ -> { }).getFirst().statement();
        return CopyOptions.process(copy.options(), copy.isFrom(), PgEncoding.UTF8);
    }

    @Test
    void defaults() {
        assertEquals(CopyFormatOptions.CSV, process("copy t from 'x' (format csv)"));
        assertEquals(CopyFormatOptions.CSV, process("copy t from 'x' csv"));
        assertEquals(CopyFormatOptions.CSV, process("copy t from 'x' (format csv, encoding 'UTF-8', on_error stop, "
                + "log_verbosity verbose, freeze off)"));
        assertEquals(CopyFormatOptions.TEXT, process("copy t from 'x'"));
        assertEquals(CopyFormatOptions.TEXT, process("copy t to 'x' (format text, delimiter E'\\t', null '\\N', header off)"));
    }

    @Test
    void escapeFollowsQuote() {
        assertEquals(new CopyFormatOptions(Header.TRUE, (byte) '|', (byte) '\'', (byte) '\'', "\\N"),
                process("copy t to 'x' (format csv, header, delimiter '|', quote '''', null '\\N')"));
        assertEquals(new CopyFormatOptions(Header.FALSE, (byte) '\t', (byte) '"', (byte) '\\', ""),
                process("copy t to 'x' csv delimiter E'\\t' escape '\\'"));
    }

    @ParameterizedTest
    @CsvSource({"header,TRUE", "header on,TRUE", "header 'TRUE',TRUE", "header 1,TRUE", "header 0,FALSE", "header off,FALSE",
        "header false,FALSE", "header match,MATCH", "header 'Match',MATCH"})
    void headerForms(String option, Header expected) {
        assertEquals(expected, process("copy t from 'x' (format csv, " + option + ")").header());
    }

    @Test
    void binary() {
        assertEquals(Format.BINARY, process("copy binary t from 'x'").format());
        assertEquals(Format.BINARY, process("copy t to 'x' binary").format());
        assertEquals(Format.BINARY, process("copy t to 'x' (format binary, header off)").format());
    }

    /** PostgreSQL 19's. */
    @Test
    void json() {
        assertEquals(Format.JSON, process("copy t to 'x' (format json, header off, force_array false)").format());
        assertEquals(Format.JSON_ARRAY, process("copy t to 'x' (format json, force_array)").format());
        assertEquals("22023 COPY FORMAT JSON is not supported for COPY FROM", error("copy t from 'x' (format json)"));
        assertEquals("22023 COPY FORCE_ARRAY can only be used with JSON mode", error("copy t to 'x' (format csv, force_array)"));
        for (String option : List.of("delimiter ','", "null ''", "default ''")) {
            String name = option.substring(0, option.indexOf(' ')).toUpperCase(Locale.ROOT);
            assertEquals("42601 cannot specify " + name + " in JSON mode", error("copy t to 'x' (format json, " + option + ")"));
        }
        assertEquals("0A000 cannot specify HEADER in JSON mode", error("copy t to 'x' (format json, header)"));
        for (String option : List.of("quote '.'", "escape '.'", "force_quote *", "force_not_null (a)", "force_null *")) {
            String name = option.substring(0, option.indexOf(' ')).toUpperCase(Locale.ROOT);
            assertEquals("0A000 COPY " + name + " requires CSV mode", error("copy t to 'x' (format json, " + option + ")"));
        }
    }

    /** PostgreSQL 19's numbers of lines. */
    @Test
    void headerLines() {
        assertEquals(0, process("copy t from 'x' (header 0)").headerLines());
        assertEquals(1, process("copy t from 'x' (header)").headerLines());
        assertEquals(1, process("copy t from 'x' (header match)").headerLines());
        assertEquals(2, process("copy t from 'x' (header 2)").headerLines());
        assertEquals(Header.TRUE, process("copy t from 'x' (header '7')").header());
        assertEquals(1, process("copy t to 'x' (header 1)").headerLines());
        assertEquals("22023 a negative integer value cannot be specified for header", error("copy t from 'x' (header -1)"));
        assertEquals("0A000 cannot use multi-line header in COPY TO", error("copy t to 'x' (header 2)"));
    }

    private static String error(String sql) {
        PgError e = assertThrows(PgError.class, () -> process(sql));
        return e.sqlState() + " " + e.getMessage();
    }

    @Test
    void badValues() {
        assertEquals(CopyErrorHandling.STOP,
                process("copy t from 'x' (format csv, on_error stop, log_verbosity silent)").errors());
        assertEquals(new CopyErrorHandling(OnError.IGNORE, LogVerbosity.DEFAULT, 0, null),
                process("copy t from 'x' (format csv, on_error ignore)").errors());
        assertEquals(new CopyErrorHandling(OnError.SET_NULL, LogVerbosity.SILENT, 0, null),
                process("copy t from 'x' (format csv, on_error 'Set_Null', log_verbosity silent)").errors());
        assertEquals(new CopyErrorHandling(OnError.IGNORE, LogVerbosity.VERBOSE, 7, "y"),
                process("copy t from 'x' (reject_file 'y', reject_limit 7, log_verbosity 'VERBOSE', on_error ignore, format csv)")
                        .errors());
    }

    /** Of PostgreSQL's options' errors errors.txt has a list; these options, and these uses of them, it does not have. */
    @ParameterizedTest
    @CsvSource(delimiter = '=', quoteCharacter = '`', textBlock = """
            copy t from 'x' (format csv, reject_file 'y') = 22023 0 COPY REJECT_FILE requires ON_ERROR to be set to IGNORE
            copy t from 'x' (format csv, on_error set_null, reject_file 'y') \
                = 22023 0 COPY REJECT_FILE requires ON_ERROR to be set to IGNORE
            copy t from 'x' (format csv, on_error set_null, reject_limit 1) \
                = 22023 0 COPY REJECT_LIMIT requires ON_ERROR to be set to IGNORE
            copy t to 'x' (format csv, reject_file 'y') = 22023 28 COPY REJECT_FILE cannot be used with COPY TO
            copy t from 'x' (format csv, reject_file 'y', reject_file 'y') = 42601 47 conflicting or redundant options
            copy t from 'x' (format csv, reject_file) = 42601 0 reject_file requires a parameter
            """)
    void badValuesWrong(String sql, String error) {
        PgError e = assertThrows(PgError.class, () -> process(sql));
        assertEquals(error, e.sqlState() + " " + e.position() + " " + e.getMessage());
    }

    @Test
    void notYet() {
        assertEquals("0A000 a backslash or tilde as delimiter, quote or escape is not supported in encoding \"SHIFT_JIS_2004\"",
                error("copy t to 'x' (format csv, quote '~', encoding 'shift_jis_2004')"));
    }

    @Test
    void columnList() {
        PgType text = PgType.of(PgType.Kind.TEXT);
        Relation t = new Relation(1, "t", List.of(new Column("a", text, false), new Column("b", text, false)), false);
        assertArrayEquals(new int[] {0, 1}, CopyOptions.columns(t, null));
        assertArrayEquals(new int[] {1, 0}, CopyOptions.columns(t, List.of("b", "a")));
        assertArrayEquals(new int[] {1}, CopyOptions.columns(t, List.of("b")));
    }
}
