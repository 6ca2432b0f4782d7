package dev.wharf.core.guc;

import dev.wharf.core.encoding.PgEncoding;
import dev.wharf.core.error.SqlState;
import dev.wharf.core.types.ByteaOutput;
import java.util.Locale;

/** What a session says of the bytes that its client sends and wants. */
public final class ClientParameters {
    public static final String CLIENT_ENCODING = "client_encoding";
    /** A name of UTF8 that stays as it is given: old drivers look for it. */
    private static final String OLD_NAME = "UNICODE";

    private final StringVariable clientEncoding;
    private final EnumVariable byteaOutput;

    ClientParameters(GucTable table) {
        clientEncoding = table.define(new StringVariable(new GucDefinition(CLIENT_ENCODING,
                "Sets the client's character set encoding.", GucContext.USERSET), PgEncoding.UTF8.name(),
                GucHooks.onCheck(ClientParameters::checkEncoding)));
        byteaOutput = table.define(new EnumVariable(new GucDefinition("bytea_output", "Sets the output format for bytea.",
                GucContext.USERSET), "hex", ConfigEnumEntry.of("escape", "hex"), GucHooks.none()));
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

    /** How COPY writes bytea. */
    public ByteaOutput byteaOutput(ConfigurationParameters session) {
        return ByteaOutput.valueOf(session.value(byteaOutput).toUpperCase(Locale.ROOT));
    }

    /** What COPY's text is in where no ENCODING says otherwise. */
    public PgEncoding clientEncoding(ConfigurationParameters session) {
        return PgEncoding.of(session.value(clientEncoding));
    }
}
