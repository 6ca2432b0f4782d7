/**
 * Utility statements: lexer, parser and options. {@link dev.wharf.core.ProcessUtility} runs them.
 * PostgreSQL's messages and error positions.
 */
package dev.wharf.core.utility;
