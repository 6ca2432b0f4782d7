/** Counts, times and refuses utility statements. */
package dev.wharf.extensions.auditor;
