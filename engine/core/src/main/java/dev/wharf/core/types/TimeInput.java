package dev.wharf.core.types;

/** time without time zone: microseconds since midnight, up to and with 24:00. A date and a zone are read, and dropped. */
final class TimeInput implements TextInput {
    private final DateTimeDecoder decoder;
    /** What values round to, in microseconds. */
    private final long unit;

    TimeInput(int precision, TextSettings settings) {
        decoder = new DateTimeDecoder(true, "time", DateTimeFields.DATE_CAPACITY, settings);
        unit = unit(precision);
    }

    @Override
    public void parse(byte[] source, int offset, int length, Datum result) {
        long time = IsoDateTime.time(source, offset, offset + length);
        if (time == IsoDateTime.NONE) {
            decoder.decode(source, offset, length);
            time = decoder.timeOfDay();
        }
        result.lo = round(time, unit);
    }

    static long unit(int precision) {
        return precision == PgType.NONE || precision > 6 ? 1 : DecimalText.POW10[6 - precision];
    }

    /** To a multiple of {@code unit}, half away from zero. */
    static long round(long micros, long unit) {
        if (unit == 1) {
            return micros;
        }
        return micros >= 0 ? (micros + unit / 2) / unit * unit : -((-micros + unit / 2) / unit * unit);
    }
}
