package dev.wharf.core.guc;

import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.types.ByteaOutput;
import dev.wharf.core.types.DateOrder;
import dev.wharf.core.types.SessionTimeZone;
import dev.wharf.core.types.TextSettings;
import java.util.Locale;

/** What a session says of the text that its client sends and wants. */
public final class ClientParameters {
    public static final String CLIENT_ENCODING = "client_encoding";
    public static final String DATE_STYLE = "DateStyle";
    /** A name of UTF8 that stays as it is given: old drivers look for it. */
    private static final String OLD_NAME = "UNICODE";

    private final StringVariable clientEncoding;
    private final EnumVariable byteaOutput;
    private final StringVariable timeZone;
    private final StringVariable dateStyle;

    ClientParameters(GucTable table) {
        clientEncoding = table.define(new StringVariable(new GucDefinition(CLIENT_ENCODING,
                "Sets the client's character set encoding.", GucContext.USERSET), PgEncoding.UTF8.name(),
                GucHooks.onCheck(ClientParameters::checkEncoding)));
        byteaOutput = table.define(new EnumVariable(new GucDefinition("bytea_output", "Sets the output format for bytea.",
                GucContext.USERSET), "hex", ConfigEnumEntry.of("escape", "hex"), GucHooks.none()));
        dateStyle = table.define(new StringVariable(new GucDefinition(DATE_STYLE,
                "Sets the display format for date and time values.", GucContext.USERSET, GucFlag.LIST_INPUT), DateStyle.BOOT,
                GucHooks.onCheck(this::checkDateStyle)));
        timeZone = table.define(new StringVariable(new GucDefinition("TimeZone",
                "Sets the time zone for displaying and interpreting time stamps.", GucContext.USERSET),
                SessionTimeZone.UTC.name(), GucHooks.onCheck(ClientParameters::checkTimeZone)));
    }

    private static String checkEncoding(String name, GucSource source) throws GucCheckException {
        PgEncoding encoding = PgEncoding.of(name);
        if (encoding == null) {
            throw new GucCheckException(null);
        }
        if (!encoding.hasConversion()) {
            throw new GucCheckException(SqlState.FEATURE_NOT_SUPPORTED, null,
                    "Conversion between " + encoding + " and UTF8 is not supported.", null);
        }
        return name.equals(OLD_NAME) ? name : encoding.name();
    }

    private String checkDateStyle(String value, GucSource source) throws GucCheckException {
        String style = DateStyle.parse(value, source == GucSource.SESSION ? dateStyle.get() : DateStyle.BOOT);
        if (!style.startsWith("ISO")) {
            throw new GucCheckException(SqlState.FEATURE_NOT_SUPPORTED,
                    "DateStyle other than \"ISO\" with any order is not supported", null, null);
        }
        return style;
    }

    private static String checkTimeZone(String value, GucSource source) throws GucCheckException {
        try {
            return SessionTimeZone.of(value).name();
        } catch (IllegalArgumentException e) {
            if (value.contains(",")) {
                throw new GucCheckException(SqlState.FEATURE_NOT_SUPPORTED,
                        "TimeZone other than a name or a rule without dates is not supported", null, null);
            }
            throw new GucCheckException(e.getMessage());
        }
    }

    /** How values are written and read. */
    public TextSettings textSettings(ConfigurationParameters session) {
        return new TextSettings(ByteaOutput.valueOf(session.value(byteaOutput).toUpperCase(Locale.ROOT)),
                SessionTimeZone.of(session.value(timeZone)), DateStyle.orderOf(session.value(dateStyle)));
    }

    /** How dates are read that do not begin with the year. */
    public static DateOrder dateOrder(ConfigurationParameters session) {
        return DateStyle.orderOf(session.get(DATE_STYLE));
    }

    /** What COPY's text is in where no ENCODING says otherwise. */
    public PgEncoding clientEncoding(ConfigurationParameters session) {
        return PgEncoding.of(session.value(clientEncoding));
    }
}
