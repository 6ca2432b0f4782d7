/** Text in other encodings than UTF-8: PostgreSQL's names for them, its errors, and the conversion both ways. */
package dev.wharf.core.encoding;
