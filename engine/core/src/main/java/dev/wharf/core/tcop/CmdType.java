package dev.wharf.core.tcop;

/** What kind of command a planned statement is. */
public enum CmdType {
    /** One that is run as it was parsed. */
    UTILITY
}
