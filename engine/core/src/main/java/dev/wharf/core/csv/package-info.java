/**
 * Where the fields and rows of a text are, in CSV or in PostgreSQL's text format: masks over 64 bytes at a time, by vector
 * instructions or, where they are missing, in 64-bit words; and PostgreSQL's own way, a byte at a time, for what is not as
 * usual.
 */
package dev.wharf.core.csv;
