package dev.wharf.cli.options;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** What was given behind a command. An option is asked for by any of its names, such as {@code -f} or {@code --file}. */
public final class Arguments {
    /** An option's value. {@code name} is the one asked for. */
    public record Given(String name, String value) {
    }

    private final Options options;
    private final Option[] given;
    private final List<String> operands;

    Arguments(Options options, Option[] given, List<String> operands) {
        this.options = options;
        this.given = given;
        this.operands = List.copyOf(operands);
    }

    public boolean has(String name) {
        return find(name) != null;
    }

    /** An option's value, or null. */
    public String value(String name) {
        return value(name, null);
    }

    public String value(String name, String byDefault) {
        Option option = find(name);
        return option == null ? byDefault : option.getValue();
    }

    /**
     * An option's value.
     *
     * @throws UsageException if it is no whole number, or less than {@code least}
     */
    public long wholeNumber(String name, long byDefault, long least) {
        String text = value(name);
        if (text == null) {
            return byDefault;
        }
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new UsageException(name + " must be a whole number: \"" + text + "\"");
        }
        if (number < least) {
            throw new UsageException(name + " must be at least " + least + ": " + text);
        }
        return number;
    }

    /**
     * An option's value.
     *
     * @throws UsageException if it is no number
     */
    public double number(String name, double byDefault) {
        String text = value(name);
        try {
            return text == null ? byDefault : Double.parseDouble(text);
        } catch (NumberFormatException _) {
            throw new UsageException(name + " must be a number: \"" + text + "\"");
        }
    }

    /** An option's values in their order; empty if there are none. */
    public List<String> values(String name) {
        List<String> values = new ArrayList<>();
        for (Given option : inOrder(name)) {
            values.add(option.value());
        }
        return values;
    }

    /** The values of several options, in the order they were given in. */
    public List<Given> inOrder(String... names) {
        for (String name : names) {
            declared(name);
        }
        List<Given> values = new ArrayList<>();
        for (Option option : given) {
            for (String name : names) {
                if (isNamed(option, name)) {
                    values.add(new Given(name, option.getValue()));
                }
            }
        }
        return values;
    }

    /** The words that are no options. */
    public List<String> operands() {
        return operands;
    }

    private Option find(String name) {
        declared(name);
        for (Option option : given) {
            if (isNamed(option, name)) {
                return option;
            }
        }
        return null;
    }

    private void declared(String name) {
        if (!options.hasOption(name)) {
            throw new IllegalArgumentException("the command has no option " + name);
        }
    }

    private static boolean isNamed(Option option, String name) {
        return name.startsWith("--") ? name.startsWith(option.getLongOpt(), 2)
                && name.length() == option.getLongOpt().length() + 2
                : option.getOpt() != null && name.endsWith(option.getOpt());
    }
}
