package dev.wharf.core.tcop;

import dev.wharf.core.types.PgType;
import java.util.List;

/** The values of a statement's parameters, {@code $1} first. */
public record ParamListInfo(List<ParamExternData> params) {
    /**
     * A value.
     *
     * @param value in text form, null for NULL
     */
    public record ParamExternData(PgType type, String value) {
    }

    public ParamListInfo {
        params = List.copyOf(params);
    }
}
