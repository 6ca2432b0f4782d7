package dev.wharf.core.error;

import java.util.Locale;

/** How bad a message is, as in elog.h. */
public enum ErrorLevel {
    DEBUG5, DEBUG4, DEBUG3, DEBUG2, DEBUG1,
    /** For the server's log: there it comes before all but FATAL. */
    LOG,
    INFO, NOTICE, WARNING, ERROR, FATAL, PANIC;

    /** The level that a setting names: {@code debug1}, {@code log}. */
    public static ErrorLevel of(String setting) {
        return valueOf(setting.toUpperCase(Locale.ROOT));
    }

    /** The level of a message that shows {@code severity}. */
    public static ErrorLevel ofSeverity(String severity) {
        return severity.equals("DEBUG") ? DEBUG1 : valueOf(severity);
    }

    /** As messages show it: DEBUG for all five. */
    public String severity() {
        return compareTo(DEBUG1) <= 0 ? "DEBUG" : name();
    }

    /** Whether a log with this log_min_messages takes it. */
    public boolean isLoggedAt(ErrorLevel logMinMessages) {
        if (this == LOG) {
            return logMinMessages == LOG || logMinMessages.compareTo(ERROR) <= 0;
        }
        return compareTo(logMinMessages == LOG ? FATAL : logMinMessages) >= 0;
    }

    /** Whether a client with this client_min_messages gets it. */
    public boolean isSentAt(ErrorLevel clientMinMessages) {
        return this == INFO || compareTo(clientMinMessages) >= 0;
    }
}
