package dev.wharf.core.utility;

import java.util.Set;

/**
 * PostgreSQL 18's key words that may not stand everywhere an identifier may. A word in none of the sets is unreserved, or
 * no key word at all, and is a valid name for anything.
 */
public final class Keywords {
    /** May be neither a table's, a column's nor a type's name. */
    private static final Set<String> RESERVED = words("""
            all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create
            current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc
            distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral
            leading limit localtime localtimestamp not null offset on only or order placing primary references returning
            select session_user some symmetric system_user table then to trailing true union unique user using variadic
            when where window with""");

    /** May be a function's or a type's name, not a table's or a column's. */
    private static final Set<String> TYPE_FUNC_NAME = words("""
            authorization binary collation concurrently cross current_schema freeze full ilike inner is isnull join left
            like natural notnull outer overlaps right similar tablesample verbose""");

    /** May be a table's or a column's name, not a type's: their syntax is their own. */
    private static final Set<String> COL_NAME = words("""
            between bigint bit boolean char character coalesce dec decimal exists extract float greatest grouping inout int
            integer interval json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar
            json_serialize json_table json_value least merge_action national nchar none normalize nullif numeric out overlay
            position precision real row setof smallint substring time timestamp treat trim values varchar xmlattributes
            xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable""");

    private Keywords() {
    }

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    static boolean isReserved(String word) {
        return RESERVED.contains(word);
    }

    /** The grammar's {@code ColId}. */
    static boolean isColId(String word) {
        return !RESERVED.contains(word) && !TYPE_FUNC_NAME.contains(word);
    }

    /** The grammar's {@code type_function_name}. */
    static boolean isTypeFunctionName(String word) {
        return !RESERVED.contains(word) && !COL_NAME.contains(word);
    }

    /** Whether a lower-case word may stand without quotes wherever a name may. */
    public static boolean isUnreserved(String word) {
        return isColId(word) && !COL_NAME.contains(word);
    }
}
