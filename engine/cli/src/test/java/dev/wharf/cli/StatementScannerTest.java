package dev.wharf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.cli.StatementScanner.Backslash;
import dev.wharf.cli.StatementScanner.Item;
import dev.wharf.cli.StatementScanner.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatementScannerTest {
    private final StatementScanner scanner = new StatementScanner(Map.of("t", "my table", "n", "5"));

    private List<Item> feed(String text) {
        List<Item> items = new ArrayList<>();
        for (String line : text.split("\n")) {
            scanner.feed(line);
            for (Item item = scanner.next(); item != null; item = scanner.next()) {
                items.add(item);
            }
        }
        return items;
    }

    @Test
    void semicolonsInQuotesCommentsAndParentheses() {
        assertEquals(List.of(new Query("a ';' b;"), new Query("\";\" x;"), new Query("(;) y;"), new Query("$q$;$q$;")),
                feed("a ';' b; \";\" x; (;) y; $q$;$q$;"));
        assertEquals(List.of(new Query("a -- ;\n/* ; /* ; */ ; */\n'it''s\n;' E'\\';' ;")),
                feed("  a -- ;\n/* ; /* ; */ ; */\n'it''s\n;' E'\\';' ;"));
        assertTrue(scanner.isEmpty());
    }

    @Test
    void theRestIsKept() {
        assertEquals(List.of(new Query("a;")), feed("a; b\nc"));
        assertEquals("b\nc", scanner.rest());
    }

    @Test
    void variables() {
        assertEquals(List.of(new Query("x = 5, 'my table', \"my table\", ':t', a::int, :unknown;")),
                feed("x = :n, :'t', :\"t\", ':t', a::int, :unknown;"));
    }

    @Test
    void backslashCommands() {
        assertEquals(List.of(new Backslash("echo", List.of("a", "b c", "\"d\"", "x5"))), feed("\\echo a 'b c' \"d\" x:n"));
        assertEquals(List.of(new Backslash("a", List.of()), new Backslash("t", List.of("on"))), feed("\\a \\t on"));
        assertEquals(List.of(new Backslash("a", List.of()), new Query("show x;")), feed("\\a \\\\ show x;"));
        assertEquals(List.of(new Query("a; b;")), feed("a\\; b;"));
        assertEquals(List.of(new Backslash("g", List.of())), feed("show x \\g"));
        assertEquals("show x ", scanner.rest());
    }
}
