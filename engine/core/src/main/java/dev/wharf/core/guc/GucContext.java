package dev.wharf.core.guc;

/** When a parameter can be changed, from the narrowest to the widest. PostgreSQL's, without the prefix {@code PGC_}. */
public enum GucContext {
    /** Never: it shows a fact. */
    INTERNAL,
    /** By the configuration file, as the data directory is opened. */
    POSTMASTER,
    /** By the configuration file, also when it is read again. */
    SIGHUP,
    /** As a session starts; of those who may. */
    SU_BACKEND,
    /** As a session starts. */
    BACKEND,
    /** By SET, of those who may: everybody, as there are no roles. */
    SUSET,
    /** By SET. */
    USERSET
}
