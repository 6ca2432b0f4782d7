/**
 * Utility statements: lexer, parser, options, settings, and {@link dev.wharf.core.utility.ProcessUtility}, which runs
 * them. PostgreSQL's messages and error positions.
 */
package dev.wharf.core.utility;
