/** Errors as PostgreSQL reports them. */
package dev.wharf.core.error;
