/** What tables there are and what each consists of: files that are replaced as a whole, by a rename, under an LWLock. */
package dev.wharf.core.catalog;
