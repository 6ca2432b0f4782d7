/**
 * Code that becomes a part of every process that opens a data directory, as a PostgreSQL library in shared_preload_libraries
 * does: {@link dev.wharf.core.extension.Extension} is what one implements, {@link dev.wharf.core.extension.ExtensionContext}
 * what it can do.
 */
package dev.wharf.core.extension;
