package dev.wharf.core.guc;

import dev.wharf.core.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Parameters of PostgreSQL that scripts set on their way. Here each has one meaning: values that mean it are taken, and shown as
 * PostgreSQL shows them; of others a script is told, rather than run otherwise than it is meant.
 */
final class FixedParameters {
    private final GucTable table;

    private FixedParameters(GucTable table) {
        this.table = table;
    }

    static void define(GucTable table) {
        FixedParameters fixed = new FixedParameters(table);
        fixed.forms();
        fixed.timeouts();
        fixed.syntax();
        fixed.objects();
    }

    /** How values are written. */
    private void forms() {
        table.define(new EnumVariable(definition("IntervalStyle", "Sets the display format for interval values."), "postgres",
                ConfigEnumEntry.of("postgres", "postgres_verbose", "sql_standard", "iso_8601"), GucHooks.onCheck((value, _) ->
                only(value.equals("postgres"), value, "IntervalStyle", "postgres"))));
        integer("extra_float_digits", "Sets the number of digits displayed for floating-point values.", 1, -15, 3,
                digits -> digits >= 1, "1 to 3");
    }

    private void timeouts() {
        timeout("statement_timeout", "Sets the maximum allowed duration of any statement.");
        timeout("lock_timeout", "Sets the maximum allowed duration of any wait for a lock.");
        timeout("idle_in_transaction_session_timeout",
                "Sets the maximum allowed idle time between queries, when in a transaction.");
        timeout("idle_session_timeout", "Sets the maximum allowed idle time between queries, when not in a transaction.");
        timeout("transaction_timeout",
                "Sets the maximum allowed duration of any transaction within a session (not a prepared transaction).");
    }

    private void timeout(String name, String description) {
        integer(name, description, 0, 0, Integer.MAX_VALUE, millis -> millis == 0, "0", GucFlag.UNIT_MS);
    }

    private void syntax() {
        bool("standard_conforming_strings", "Causes '...' strings to treat backslashes literally.",
                GucHooks.onCheck((value, _) -> only(value, value, "standard_conforming_strings", "on")));
        // Strings with escapes are as the standard has them, so that there is nothing to warn of
        bool("escape_string_warning", "Warn about backslash escapes in ordinary string literals.", GucHooks.none());
        table.define(new EnumVariable(definition("backslash_quote", "Sets whether \"\\'\" is allowed in string literals."),
                "safe_encoding", List.of(new ConfigEnumEntry("safe_encoding", "safe_encoding", false),
                new ConfigEnumEntry("on", "on", false), new ConfigEnumEntry("off", "off", false),
                new ConfigEnumEntry("true", "on", true), new ConfigEnumEntry("false", "off", true),
                new ConfigEnumEntry("yes", "on", true), new ConfigEnumEntry("no", "off", true),
                new ConfigEnumEntry("1", "on", true), new ConfigEnumEntry("0", "off", true)), GucHooks.onCheck((value, _) ->
                only(!value.equals("off"), value, "backslash_quote", "on and safe_encoding"))));
    }

    /** Of what there is nothing here: functions, XML, row-level security, tablespaces, access methods, schemas. */
    private void objects() {
        bool("check_function_bodies", "Check routine bodies during CREATE FUNCTION and CREATE PROCEDURE.", GucHooks.none());
        bool("row_security", "Enables row security.", GucHooks.none());
        table.define(new EnumVariable(definition("xmloption", "Sets whether XML data is a document or a content fragment."),
                "content", ConfigEnumEntry.of("content", "document"), GucHooks.none()));
        table.define(new BoolVariable(definition("default_with_oids", "Create new tables with OIDs by default."), false,
                GucHooks.onCheck((value, _) -> {
                    if (value) {
                        throw new GucCheckException(SqlState.FEATURE_NOT_SUPPORTED,
                                "tables declared WITH OIDS are not supported", null, null);
                    }
                    return false;
                })));
        table.define(new StringVariable(definition("default_tablespace", "Sets the default tablespace to create tables in."), "",
                GucHooks.onCheck((value, _) -> {
                    if (!Set.of("", "pg_default", "pg_global").contains(value)) {
                        throw new GucCheckException("Tablespace \"" + value + "\" does not exist.");
                    }
                    return only(!value.equals("pg_global"), value, "default_tablespace", "\"\" and \"pg_default\"");
                })));
        table.define(new StringVariable(definition("default_table_access_method",
                "Sets the default table access method for new tables."), "heap", GucHooks.onCheck((value, _) -> {
                    if (value.isEmpty()) {
                        throw new GucCheckException("\"default_table_access_method\" cannot be empty.");
                    }
                    if (!value.equals("heap")) {
                        throw new GucCheckException("Table access method \"" + value + "\" does not exist.");
                    }
                    return value;
                })));
        table.define(new StringVariable(definition("search_path",
                "Sets the schema search order for names that are not schema-qualified.", GucFlag.LIST_INPUT, GucFlag.LIST_QUOTE),
                "\"$user\", public", GucHooks.onCheck(FixedParameters::checkSearchPath)));
    }

    /** A schema that does not exist is passed over, and there is but one: a path in which it stands is as good as any other. */
    private static String checkSearchPath(String value, GucSource source) throws GucCheckException {
        List<String> schemas = IdentifierList.parse(value);
        if (schemas == null) {
            throw new GucCheckException("List syntax is invalid.");
        }
        // Where names are all qualified, as pg_dump has it, public need not be found
        boolean known = schemas.contains("public") || Set.of("", "pg_catalog").containsAll(schemas);
        return only(known, value, "search_path", "one with public in it, or an empty one,");
    }

    private void integer(String name, String description, int bootValue, int min, int max, Predicate<Integer> right,
                         String values, GucFlag... flags) {
        table.define(new IntVariable(definition(name, description, flags), bootValue, min, max, GucHooks.onCheck((value, _) ->
                only(right.test(value), value, name, values))));
    }

    private void bool(String name, String description, GucHooks<Boolean> hooks) {
        table.define(new BoolVariable(definition(name, description), true, hooks));
    }


    private static GucDefinition definition(String name, String description, GucFlag... flags) {
        List<GucFlag> all = new ArrayList<>(List.of(flags));
        all.add(GucFlag.NOT_IN_SAMPLE);
        return new GucDefinition(name, description, GucContext.USERSET, all.toArray(GucFlag[]::new));
    }

    private static <T> T only(boolean right, T value, String name, String values) throws GucCheckException {
        if (!right) {
            throw new GucCheckException(SqlState.FEATURE_NOT_SUPPORTED, name + " other than " + values + " is not supported",
                    null, null);
        }
        return value;
    }
}
