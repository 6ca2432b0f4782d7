/** How long it takes from asking for a background worker to its first task, by stage. */
package dev.wharf.bench.fork;
