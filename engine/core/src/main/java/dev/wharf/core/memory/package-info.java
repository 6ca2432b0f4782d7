/** Memory outside of the heap, by address. */
package dev.wharf.core.memory;
