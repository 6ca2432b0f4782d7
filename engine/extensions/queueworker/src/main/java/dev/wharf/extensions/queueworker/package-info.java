/** Dynamic workers that take messages from a queue in shared memory. */
package dev.wharf.extensions.queueworker;
