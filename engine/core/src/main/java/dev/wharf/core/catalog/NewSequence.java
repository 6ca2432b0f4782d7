package dev.wharf.core.catalog;

/**
 * A column of a table to be made that takes its numbers from a sequence.
 *
 * @param column   its index
 * @param existing name of the sequence in {@code DEFAULT nextval('name')}; null if one is to be made for the column
 * @param options  of the one to be made, without a name and a number; else null
 */
public record NewSequence(int column, String existing, Sequence options, ColumnDefault.Identity identity) {
}
