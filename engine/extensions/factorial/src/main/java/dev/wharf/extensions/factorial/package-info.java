/** A worker that computes factorials for other processes. */
package dev.wharf.extensions.factorial;
