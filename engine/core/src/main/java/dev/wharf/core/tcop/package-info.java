/**
 * What lies between a session and the statements that it runs: where results go, and the chain that a statement passes.
 */
package dev.wharf.core.tcop;
