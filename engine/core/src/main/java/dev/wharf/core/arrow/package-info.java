/**
 * A table's files in Arrow's IPC format: buffers that a column is collected in ({@link
 * dev.wharf.core.arrow.ColumnBuilder}), the writer, and the reader, which checks a batch once so that loops over it need not.
 * The only package that knows Arrow's metadata classes.
 */
package dev.wharf.core.arrow;
