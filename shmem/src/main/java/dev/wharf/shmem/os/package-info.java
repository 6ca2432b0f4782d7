/**
 * Every foreign-function downcall of the project, one small class per system call, and what is read from {@code /proc}.
 *
 * <p>Linux on 64-bit x86 and ARM. Each class names the JVM flag that is missing when it cannot link.
 */
package dev.wharf.shmem.os;
