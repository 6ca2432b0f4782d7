/**
 * The engine as its users see it: {@link dev.wharf.core.DataDirectory} is an open data directory, {@link
 * dev.wharf.core.Backend} runs statements on one, {@link dev.wharf.core.tcop.DestReceiver} takes what they give back. All
 * the packages below are known to this one, and it is known to none of them.
 */
package dev.wharf.core;
