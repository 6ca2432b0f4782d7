package dev.wharf.core.utility;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** An option's value as what it is to be: the defGet functions of PostgreSQL's define.c. */
final class DefGet {
    private DefGet() {
    }

    static void once(Object earlier, DefElem option) {
        if (earlier != null) {
            throw at(option, SqlState.SYNTAX_ERROR, "conflicting or redundant options");
        }
    }

    static String string(DefElem option) {
        return switch (option.value()) {
            case null -> throw new PgError(SqlState.SYNTAX_ERROR, option.name() + " requires a parameter");
            case DefElem.Star _ -> "*";
            case List<?> list -> String.join(".", list.stream().map(Object::toString).toList());
            case BigDecimal number -> number.toPlainString();
            default -> option.value().toString();
        };
    }

    /** Null where the value is none of defGetBoolean's. */
    static Boolean boolOrNull(DefElem option) {
        if (option.value() == null) {
            return true;
        }
        if (option.value() instanceof Long number) {
            return number == 0 || number == 1 ? number == 1 : null;
        }
        return switch (string(option).toLowerCase(Locale.ROOT)) {
            case "true", "on" -> true;
            case "false", "off" -> false;
            default -> null;
        };
    }

    static boolean bool(DefElem option) {
        Boolean value = boolOrNull(option);
        if (value == null) {
            throw new PgError(SqlState.SYNTAX_ERROR, option.name() + " requires a Boolean value");
        }
        return value;
    }

    static String choice(DefElem option, String... values) {
        String text = string(option);
        for (String value : values) {
            if (text.equalsIgnoreCase(value)) {
                return value;
            }
        }
        throw at(option, SqlState.INVALID_PARAMETER_VALUE,
                "COPY " + option.name().toUpperCase(Locale.ROOT) + " \"" + text + "\" not recognized");
    }

    static PgError at(DefElem option, String sqlState, String message) {
        return new PgError(sqlState, message).withPosition(option.location() + 1);
    }
}
