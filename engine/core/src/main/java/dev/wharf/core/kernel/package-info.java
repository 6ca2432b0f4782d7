/**
 * Fields of a block of rows to Arrow buffers, column by column, one loop a type. A kernel takes the spellings that are
 * usual by quick ways, others by the type's input function, and never decides what is an error.
 */
package dev.wharf.core.kernel;
