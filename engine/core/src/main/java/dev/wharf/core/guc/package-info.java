/**
 * Settings, as PostgreSQL's guc.c has them: typed variables with contexts, units and hooks ({@link
 * dev.wharf.core.guc.GucVariable}), the table of a process ({@link dev.wharf.core.guc.GucTable}), a session's own values ({@link
 * dev.wharf.core.guc.ConfigurationParameters}), and the file that they are read from.
 */
package dev.wharf.core.guc;
