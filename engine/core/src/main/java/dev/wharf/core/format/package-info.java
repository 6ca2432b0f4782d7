/** Columns of a batch to CSV or to the text format: the way back of {@link dev.wharf.core.kernel}. */
package dev.wharf.core.format;
