/** Workers that contend for a lock, as told by settings. */
package dev.wharf.extensions.locklab;
