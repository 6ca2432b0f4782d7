/**
 * The words behind a command: which options it has, what was given, what its help says.
 *
 * <p>Read as psql and getopt_long do: {@code -At}, {@code -fFILE}, {@code -f FILE}, {@code --file=FILE}, {@code --file FILE};
 * {@code -} is an operand or a value; operands stand anywhere; after {@code --} all are operands. A long option is written in
 * full. Nothing here uses regular expressions, streams or format strings, and what only help or an error needs is in classes
 * of its own: a command's first line must not wait for them.
 */
package dev.wharf.cli.options;
