/**
 * The types: what a value is, and PostgreSQL's input and output functions for it, one value at a time. Exact in every
 * spelling that PostgreSQL takes and in every error; {@link dev.wharf.core.kernel} is for speed.
 */
package dev.wharf.core.types;
