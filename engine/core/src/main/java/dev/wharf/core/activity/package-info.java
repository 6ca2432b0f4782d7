/** What each process of a data directory is doing, in the segment: {@link dev.wharf.core.activity.BackendStatus}. */
package dev.wharf.core.activity;
