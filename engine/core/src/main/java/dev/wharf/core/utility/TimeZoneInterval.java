package dev.wharf.core.utility;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.types.Datum;
import dev.wharf.core.types.IntervalRange;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.PgType.Kind;
import dev.wharf.core.types.TextBuffer;
import dev.wharf.core.types.TextInputs;
import dev.wharf.core.types.TextOutputs;
import java.nio.charset.StandardCharsets;

/** {@code SET TIME ZONE INTERVAL '-08:00' HOUR TO MINUTE}. */
final class TimeZoneInterval {
    private TimeZoneInterval() {
    }

    /** Reads it from INTERVAL on; returns the value of TimeZone that it stands for. */
    static String parse(TokenStream tokens) {
        PgType type = new PgType(Kind.INTERVAL, PgType.NONE, 0);
        if (tokens.peek(1).isOperator("(")) {
            type = new TypeNameParser(tokens).parse("");
        } else {
            tokens.next();
        }
        String text = tokens.expectString();
        if (type.precision() == PgType.NONE) {
            Token at = tokens.peek();
            int range = new TypeNameParser(tokens).intervalRange();
            if ((range & ~(IntervalRange.HOUR | IntervalRange.MINUTE)) != 0) {
                throw new PgError(SqlState.SYNTAX_ERROR, "time zone interval must be HOUR or HOUR TO MINUTE")
                        .withPosition(tokens.location(at) + 1);
            }
            type = new PgType(Kind.INTERVAL, PgType.NONE, range);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Datum value = new Datum();
        TextBuffer out = new TextBuffer();
        try {
            TextInputs.of(type).parse(bytes, 0, bytes.length, value);
            TextOutputs.of(type).format(value, out);
        } catch (PgError e) {
            tokens.defer(e);
        }
        return "INTERVAL '" + out + "'";
    }
}
