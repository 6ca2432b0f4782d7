package dev.wharf.core.copy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What a COPY FROM does about a value that its type's input function refuses. Any other error in a file ends the COPY.
 *
 * @param onError      ON_ERROR
 * @param logVerbosity LOG_VERBOSITY
 * @param rejectLimit  REJECT_LIMIT: rows that may be skipped; 0 for no limit
 * @param rejectFile   REJECT_FILE: where skipped rows are written; null for nowhere. Not PostgreSQL's
 */
public record CopyErrorHandling(OnError onError, LogVerbosity logVerbosity, long rejectLimit, String rejectFile) {
    /** PostgreSQL's {@code CopyOnErrorChoice}. */
    public enum OnError { STOP, IGNORE, SET_NULL }

    /** PostgreSQL's {@code CopyLogVerbosityChoice}. */
    public enum LogVerbosity { SILENT, DEFAULT, VERBOSE }

    /** A bad value ends the COPY. */
    public static final CopyErrorHandling STOP = new CopyErrorHandling(OnError.STOP, LogVerbosity.DEFAULT, 0, null);

    /** The same, with another {@link #rejectFile}. */
    public CopyErrorHandling withRejectFile(String value) {
        return new CopyErrorHandling(onError, logVerbosity, rejectLimit, value);
    }

    /** What is said at the end of a COPY with so many bad rows; null for nothing. */
    public String summary(long rows) {
        if (stops() || rows == 0 || logVerbosity == LogVerbosity.SILENT) {
            return null;
        }
        String incompatible = " due to data type incompatibility";
        return setsNull() ? "in " + rows + (rows == 1 ? " row" : " rows") + ", columns were set to null" + incompatible
                : rows + (rows == 1 ? " row was" : " rows were") + " skipped" + incompatible;
    }

    boolean stops() {
        return onError == OnError.STOP;
    }

    boolean setsNull() {
        return onError == OnError.SET_NULL;
    }

    boolean verbose() {
        return logVerbosity == LogVerbosity.VERBOSE;
    }

    /** Whether anyone will ask what is bad about which row; else they are only counted. */
    boolean described() {
        return verbose() || rejectFile != null;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeByte(onError.ordinal());
        out.writeByte(logVerbosity.ordinal());
        out.writeLong(rejectLimit);
        out.writeUTF(rejectFile == null ? "" : rejectFile);
    }

    static CopyErrorHandling read(DataInputStream in) throws IOException {
        OnError onError = OnError.values()[in.readByte()];
        LogVerbosity logVerbosity = LogVerbosity.values()[in.readByte()];
        long rejectLimit = in.readLong();
        String rejectFile = in.readUTF();
        return new CopyErrorHandling(onError, logVerbosity, rejectLimit, rejectFile.isEmpty() ? null : rejectFile);
    }
}
