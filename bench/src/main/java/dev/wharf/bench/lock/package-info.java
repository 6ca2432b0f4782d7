/**
 * The lock study: processes that take one lock in turn, Wharf's and its peers', under the same loop, clock and start barrier.
 *
 * <p>{@link dev.wharf.bench.lock.LockBenchmark} is the harness. {@link dev.wharf.bench.lock.LockContender} says who takes part;
 * {@link dev.wharf.bench.lock.LockPeer} and {@code lock_peer.c} are the processes that do, and
 * {@link dev.wharf.bench.lock.LockLayout} is the memory through which harness and processes agree.
 */
package dev.wharf.bench.lock;
