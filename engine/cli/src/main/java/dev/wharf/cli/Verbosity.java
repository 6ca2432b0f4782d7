package dev.wharf.cli;

import java.util.Locale;

/** How much of an error is shown: the variable VERBOSITY. */
enum Verbosity {
    DEFAULT, VERBOSE, TERSE, SQLSTATE;

    static final String VARIABLE = "VERBOSITY";

    /** Null if it is none. */
    static Verbosity of(String value) {
        for (Verbosity verbosity : values()) {
            if (verbosity.name().equals(value.toUpperCase(Locale.ROOT))) {
                return verbosity;
            }
        }
        return null;
    }
}
