package dev.wharf.nativetests.judge;

import java.util.Arrays;
import java.util.List;

/** A table that the fuzzer loads into: few columns, of types that belong together. */
record FuzzTable(String name, List<String> columns, List<String> types, String create) {
    private static final String LETTERS = "abcdefgh";
    private static final String[] TABLES = {"text", "int, text", "text, text, text", "smallint, bigint NOT NULL, int",
        "numeric(5,2), numeric, numeric(20,4)", "real, double precision", "date, time, timestamp, timestamptz",
        "boolean, uuid, bytea", "varchar(3), char(4), text NOT NULL", "int, date, numeric(9,2), text, boolean, timestamp",
        "int NOT NULL", "interval, text", "json, jsonb", "int[], text[]"};

    /** All; those with types that one of the engines refuses are for the caller to leave out. */
    static List<FuzzTable> all() {
        return Arrays.stream(TABLES).map(FuzzTable::of).toList();
    }

    private static FuzzTable of(String definition) {
        // A comma within parentheses belongs to a type
        List<String> definitions = List.of(definition.split(", "));
        List<String> names = List.of(LETTERS.split("")).subList(0, definitions.size());
        StringBuilder create = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            create.append(i == 0 ? "" : ", ").append(names.get(i)).append(' ').append(definitions.get(i));
        }
        String name = "t" + Arrays.asList(TABLES).indexOf(definition);
        return new FuzzTable(name, names, definitions.stream().map(d -> d.replace(" NOT NULL", "")).toList(),
                "CREATE UNLOGGED TABLE " + name + " (" + create + ")");
    }
}
