/** PostgreSQL's views of what goes on, as rows: {@link dev.wharf.core.views.SystemView}. */
package dev.wharf.core.views;
