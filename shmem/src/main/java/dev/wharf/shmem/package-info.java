/**
 * A memory-mapped segment that several JVMs work in: named structs, lightweight locks that survive the death of their
 * holders, latches, and workers as forked JVMs.
 *
 * <p>{@link dev.wharf.shmem.Segment} is where to begin. The shapes in the file are in the {@code *Layout} classes, one a
 * structure; they are language-neutral. How locks survive their holders is told in {@link dev.wharf.shmem.LWLock}.
 *
 * <p>Linux, 64 bits. Java needs {@code --enable-native-access=ALL-UNNAMED} and
 * {@code --add-opens java.base/jdk.internal.misc=ALL-UNNAMED}.
 */
package dev.wharf.shmem;
