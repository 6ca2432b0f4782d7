/** Where the bytes of a COPY FROM come from, and where those of a COPY TO go: files, pipes, programs, callbacks. */
package dev.wharf.core.source;
