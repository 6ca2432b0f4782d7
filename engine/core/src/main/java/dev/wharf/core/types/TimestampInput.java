package dev.wharf.core.types;

/** timestamp with and without time zone: microseconds since 1970-01-01 00:00, the former in UTC. */
final class TimestampInput implements TextInput {
    private final DateTimeDecoder decoder;
    private final boolean withZone;
    private final long unit;
    /** Where a time without a zone is; null where that is UTC. */
    private final ZoneOffsets local;

    TimestampInput(boolean withZone, int precision, TextSettings settings) {
        this.withZone = withZone;
        SessionTimeZone zone = settings.timeZone();
        local = withZone && !zone.equals(SessionTimeZone.UTC) ? zone.offsets() : null;
        decoder = new DateTimeDecoder(false, withZone ? "timestamp with time zone" : "timestamp",
                DateTimeFields.TIMESTAMP_CAPACITY, settings);
        unit = TimeInput.unit(precision);
    }

    @Override
    public void parse(byte[] source, int offset, int length, Datum result) {
        long timestamp = IsoDateTime.timestamp(source, offset, offset + length, withZone);
        if (timestamp == IsoDateTime.NONE) {
            decoder.decode(source, offset, length);
            switch (decoder.result) {
                case DateTimeKeywords.LATE -> {
                    result.lo = CalendarMath.TIMESTAMP_INFINITY;
                    return;
                }
                case DateTimeKeywords.EARLY -> {
                    result.lo = CalendarMath.TIMESTAMP_MINUS_INFINITY;
                    return;
                }
                case DateTimeKeywords.EPOCH -> timestamp = -CalendarMath.EPOCH_USECS;
                default -> timestamp = timestamp(source, offset, length);
            }
        } else {
            if (local != null && !IsoDateTime.namesZone(source, offset, offset + length)) {
                long seconds = Math.floorDiv(timestamp, CalendarMath.USECS_PER_SEC);
                timestamp -= local.offsetAt(seconds) * CalendarMath.USECS_PER_SEC;
            }
            timestamp -= CalendarMath.EPOCH_USECS;
        }
        // rounding is away from PostgreSQL's epoch, 2000-01-01, not from ours
        long rounded = TimeInput.round(timestamp, unit);
        if (!CalendarMath.isStorable(rounded)) {
            throw decoder.outOfRange(source, offset, length);
        }
        result.lo = rounded + CalendarMath.EPOCH_USECS;
    }

    /** Microseconds from PostgreSQL's epoch. */
    private long timestamp(byte[] source, int offset, int length) {
        if (CalendarMath.isValidJulian(decoder.year, decoder.month)) {
            long days = CalendarMath.toJulian(decoder.year, decoder.month, decoder.day) - CalendarMath.POSTGRES_EPOCH_JDATE;
            // far outside of the range already, and the product would overflow
            if (Math.abs(days) < Long.MAX_VALUE / CalendarMath.USECS_PER_DAY - 1) {
                long timestamp = days * CalendarMath.USECS_PER_DAY + decoder.timeOfDay();
                if (withZone) {
                    timestamp += decoder.zone * CalendarMath.USECS_PER_SEC;
                }
                if (CalendarMath.isValidTimestamp(timestamp)) {
                    return timestamp;
                }
            }
        }
        throw decoder.outOfRange(source, offset, length);
    }
}
