package dev.wharf.core.types;

/** How bytea is written: the setting bytea_output. Either is read. */
public enum ByteaOutput { HEX, ESCAPE }
