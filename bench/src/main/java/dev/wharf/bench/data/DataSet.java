package dev.wharf.bench.data;

import java.util.List;

/**
 * Rows that can be made again from nothing, a block at a time, by any number of threads: a block's bytes depend only
 * on the data set, the scale and the block's number. Immutable and thread-safe.
 */
public sealed interface DataSet permits LineItemData, RandomData {
    /** To be raised when any generator's bytes change: files of another version are made anew. */
    int VERSION = 1;

    /** Also the table's name. */
    String name();

    /** One line for the report: what is in it and why it is measured. */
    String description();

    /** Name, then PostgreSQL's type and constraints. */
    List<Column> columns();

    /** Rows at scale 1 (lineitem at other scales: only about in proportion). */
    long rowsAtScaleOne();

    /** The least scale there can be: below it the generator cannot work. */
    double smallestScale();

    int blocks(double scale);

    /** Appends one block's rows. */
    void write(int block, double scale, CsvBlock out);

    /** A column as CREATE TABLE says it, in words that PostgreSQL, DuckDB and Wharf share. */
    record Column(String name, String type) {
    }

    /** The definition of a table for these rows, for PostgreSQL, DuckDB and Wharf alike. */
    default String createTable(String table, boolean unlogged) {
        StringBuilder sql = new StringBuilder(unlogged ? "CREATE UNLOGGED TABLE " : "CREATE TABLE ").append(table);
        String separator = " (";
        for (Column column : columns()) {
            sql.append(separator).append(column.name()).append(' ').append(column.type());
            separator = ", ";
        }
        return sql.append(')').toString();
    }

    /** The CSV's first line, with its end. */
    default String header() {
        return String.join(",", columns().stream().map(Column::name).toList()) + "\n";
    }
}
