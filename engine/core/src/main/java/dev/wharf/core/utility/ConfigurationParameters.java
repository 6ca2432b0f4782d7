package dev.wharf.core.utility;

import dev.wharf.core.copy.CopyTuning;
import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A session's settings: what SET, RESET and SHOW work on. Only such as change something. Not thread-safe. */
public final class ConfigurationParameters {
    public static final String MAX_PARALLEL_COPY_WORKERS = "max_parallel_copy_workers";
    public static final String MIN_PARALLEL_COPY_SIZE = "min_parallel_copy_size";
    public static final String COPY_TASK_SIZE = "copy_task_size";
    public static final String PARALLEL_LEADER_PARTICIPATION = "parallel_leader_participation";
    public static final String PARALLEL_SETUP_TIME = "parallel_setup_time";
    public static final String LOSSLESS_NUMERIC_INPUT = "lossless_numeric_input";
    public static final String CLIENT_MIN_MESSAGES = "client_min_messages";
    static final int MAX_WORKERS = 64;

    private static final List<String> MESSAGE_LEVELS =
            List.of("debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning", "error");

    private sealed interface Parameter {
        String description();

        String defaultValue();

        /** The value as SHOW gives it back. */
        String check(String name, String value);
    }

    private record IntParameter(String description, int defaultInt, int min, int max) implements Parameter {
        @Override
        public String defaultValue() {
            return Integer.toString(defaultInt);
        }

        @Override
        public String check(String name, String value) {
            long number = parseInt(name, value);
            if (number < min || number > max) {
                throw new PgError(SqlState.INVALID_PARAMETER_VALUE, number + " is outside the valid range for parameter \""
                        + name + "\" (" + min + " .. " + max + ")");
            }
            return Long.toString(number);
        }
    }

    private record EnumParameter(String description, String defaultValue, List<String> values) implements Parameter {
        @Override
        public String check(String name, String value) {
            String folded = value.toLowerCase(Locale.ROOT);
            if (!values.contains(folded)) {
                throw invalid(name, value).withHint("Available values: " + String.join(", ", values) + ".");
            }
            return folded;
        }
    }

    /** A fact, not a choice. */
    private record PresetParameter(String description, String defaultValue) implements Parameter {
        @Override
        public String check(String name, String value) {
            throw new PgError(SqlState.CANT_CHANGE_RUNTIME_PARAM, "parameter \"" + name + "\" cannot be changed");
        }
    }

    private static final TreeMap<String, Parameter> PARAMETERS = new TreeMap<>(Map.of(
            MAX_PARALLEL_COPY_WORKERS, new IntParameter("Sets the number of processes a COPY may use beside its leader.",
                    Math.clamp(Runtime.getRuntime().availableProcessors() - 1, 0, MAX_WORKERS), 0, MAX_WORKERS),
            MIN_PARALLEL_COPY_SIZE, new IntParameter("Sets the size in bytes from which a COPY uses workers.",
                    (int) CopyTuning.DEFAULT_MIN_PARALLEL_BYTES, 0, Integer.MAX_VALUE),
            COPY_TASK_SIZE, new IntParameter("Sets the bytes of CSV that a process takes at a time.",
                    (int) CopyTuning.DEFAULT_TASK_BYTES, 1, 1 << 30),
            PARALLEL_SETUP_TIME, new IntParameter(
                    "Sets the least milliseconds a COPY must have left for another worker to be forked.",
                    CopyTuning.DEFAULT_SETUP_MILLIS, 0, Integer.MAX_VALUE),
            LOSSLESS_NUMERIC_INPUT, new EnumParameter("Makes COPY refuse a number that it would have to round.",
                    "off", List.of("on", "off")),
            PARALLEL_LEADER_PARTICIPATION, new EnumParameter("Controls whether a COPY's leader also does its workers' work.",
                    "on", List.of("on", "off")),
            CLIENT_MIN_MESSAGES, new EnumParameter("Sets the message levels that are sent to the client.", "notice",
                    MESSAGE_LEVELS),
            "server_encoding", new PresetParameter("Shows the character set encoding of tables and files.", "UTF8")));

    private final Map<String, String> values = new TreeMap<>();

    /** One line of SHOW ALL. */
    public record Setting(String name, String value, String description) {
    }

    /** Whether COPY refuses to round. */
    public boolean losslessNumericInput() {
        return get(LOSSLESS_NUMERIC_INPUT).equals("on");
    }

    /** What the settings say of how a COPY is spread over processes. */
    public CopyTuning copyTuning() {
        return new CopyTuning(Integer.parseInt(get(MAX_PARALLEL_COPY_WORKERS)),
                Integer.parseInt(get(MIN_PARALLEL_COPY_SIZE)), Integer.parseInt(get(COPY_TASK_SIZE)),
                get(PARALLEL_LEADER_PARTICIPATION).equals("on"), Integer.parseInt(get(PARALLEL_SETUP_TIME)));
    }

    /** Whether a message of this severity is to be sent. */
    public boolean sends(String severity) {
        String level = severity.startsWith("DEBUG") ? "debug1" : severity.toLowerCase(Locale.ROOT);
        int rank = MESSAGE_LEVELS.indexOf(level);
        return rank < 0 || rank >= MESSAGE_LEVELS.indexOf(get(CLIENT_MIN_MESSAGES));
    }

    public String get(String name) {
        String known = known(name);
        return values.getOrDefault(known, PARAMETERS.get(known).defaultValue());
    }

    /** The name as it is listed: lookup ignores case. */
    public String canonicalName(String name) {
        return known(name);
    }

    public void set(String name, String value) {
        String known = known(name);
        values.put(known, PARAMETERS.get(known).check(known, value));
    }

    public void reset(String name) {
        String known = known(name);
        if (PARAMETERS.get(known) instanceof PresetParameter preset) {
            preset.check(known, null);
        }
        values.remove(known);
    }

    public void resetAll() {
        values.clear();
    }

    public List<Setting> all() {
        return PARAMETERS.entrySet().stream()
                .map(e -> new Setting(e.getKey(), get(e.getKey()), e.getValue().description())).toList();
    }

    private static String known(String name) {
        String folded = name.toLowerCase(Locale.ROOT);
        if (!PARAMETERS.containsKey(folded)) {
            throw new PgError(SqlState.UNDEFINED_OBJECT, "unrecognized configuration parameter \"" + name + "\"");
        }
        return folded;
    }

    /** As parse_int in guc.c: decimal, 0x and 0 prefixes, fractions rounded half to even. */
    private static long parseInt(String name, String value) {
        String text = value.strip();
        BigDecimal number;
        try {
            String digits = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
            if (digits.startsWith("0x") || digits.startsWith("0X")) {
                number = BigDecimal.valueOf(Long.decode(text));
            } else if (digits.length() > 1 && digits.startsWith("0") && digits.chars().allMatch(Character::isDigit)) {
                number = BigDecimal.valueOf(Long.parseLong(text, 8));
            } else {
                number = new BigDecimal(text);
            }
        } catch (NumberFormatException _) {
            throw invalid(name, value);
        }
        if (number.precision() - number.scale() > 18) {
            throw exceedsRange(name, value);
        }
        long rounded = number.setScale(0, RoundingMode.HALF_EVEN).longValueExact();
        if (rounded != (int) rounded) {
            throw exceedsRange(name, value);
        }
        return rounded;
    }

    private static PgError exceedsRange(String name, String value) {
        return invalid(name, value).withHint("Value exceeds integer range.");
    }

    private static PgError invalid(String name, String value) {
        return new PgError(SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"" + name + "\": \"" + value
                + "\"");
    }
}
