package dev.wharf.shmem;

/** How far the creator of a segment is. A death after any of these leaves something that the next creator clears. */
enum CreationStep {
    /** What was there before has been cleared: its DSM segments, and the file in another directory. */
    CLEARED,
    /** The link at the segment's name leads to where its bytes will be. Only with a directory for shared memory. */
    LINKED,
    /** The file is there under another name, all zero. */
    ALLOCATED,
    /** The header says what is where. */
    HEADER_WRITTEN,
    /** It is whole, still under another name. */
    READY,
    /** It is whole, under its own name; nobody is attached. */
    RENAMED
}
