package dev.wharf.core.types;

/** A type's output function: stored form to PostgreSQL's text form. Not thread-safe. */
public interface TextOutput {
    /**
     * Writes the text of {@code value} (UTF-8) into {@code target} from index 0, growing it as needed.
     */
    void format(Datum value, TextBuffer target);
}
