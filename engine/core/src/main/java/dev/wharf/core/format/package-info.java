/** Columns of a batch to CSV text: the way back of {@link dev.wharf.core.kernel}. */
package dev.wharf.core.format;
