package dev.wharf.core.copy;

/** Told of what a COPY has to say while it runs. Called by the thread that runs it. */
public interface CopyNotices {
    /** @param context the notice's CONTEXT */
    void notice(String message, String context);
}
