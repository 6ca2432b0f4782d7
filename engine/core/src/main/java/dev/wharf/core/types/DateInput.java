package dev.wharf.core.types;

/** date: days since 1970-01-01. */
final class DateInput implements TextInput {
    private final DateTimeDecoder decoder;

    DateInput(TextSettings settings) {
        decoder = new DateTimeDecoder(false, "date", DateTimeFields.DATE_CAPACITY, settings);
    }

    @Override
    public void parse(byte[] source, int offset, int length, Datum result) {
        int days = length == IsoDateTime.DATE_LENGTH ? IsoDateTime.date(source, offset) : IsoDateTime.NONE;
        result.lo = days != IsoDateTime.NONE ? days : parseAny(source, offset, length);
    }

    private int parseAny(byte[] source, int offset, int length) {
        decoder.decode(source, offset, length);
        return switch (decoder.result) {
            case DateTimeKeywords.EPOCH -> 0;
            case DateTimeKeywords.LATE -> CalendarMath.DATE_INFINITY;
            case DateTimeKeywords.EARLY -> CalendarMath.DATE_MINUS_INFINITY;
            default -> days(source, offset, length);
        };
    }

    private int days(byte[] source, int offset, int length) {
        int julian = CalendarMath.isValidJulian(decoder.year, decoder.month)
                ? CalendarMath.toJulian(decoder.year, decoder.month, decoder.day) : -1;
        if (!CalendarMath.isValidDate(julian)) {
            throw decoder.outOfRange(source, offset, length);
        }
        return julian - CalendarMath.UNIX_EPOCH_JDATE;
    }
}
