package dev.wharf.cli.options;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/** What may stand behind a command. {@code -h, --help} always may. Not thread-safe. */
public final class CommandLineOptions {
    final String command;
    final String description;
    final Options options = new Options();
    final List<Option> repeatable = new ArrayList<>();
    String operandLabel;
    String operandDescription;
    /** At most one operand, which may be missing; else one or more. */
    boolean operandOptional;

    /** @param command as it is called, such as {@code wharf sql} */
    public CommandLineOptions(String command, String description) {
        this.command = command;
        this.description = description;
        flag("-h", "--help", "Show this help.");
    }

    /** An option without a value. */
    public CommandLineOptions flag(String name, String longName, String what) {
        add(name, longName, null, what);
        return this;
    }

    /** An option without a value, and without a short name. */
    public CommandLineOptions flag(String longName, String what) {
        return flag(null, longName, what);
    }

    /** An option with a value, given once at most. */
    public CommandLineOptions value(String name, String longName, String label, String what) {
        add(name, longName, label, what);
        return this;
    }

    /** An option with a value, given once at most, and without a short name. */
    public CommandLineOptions value(String longName, String label, String what) {
        return value(null, longName, label, what);
    }

    /** An option with a value that may be given many times. */
    public CommandLineOptions values(String name, String longName, String label, String what) {
        repeatable.add(add(name, longName, label, what));
        return this;
    }

    /** Takes one operand (a word that is no option) or more. Without this it takes none. */
    public CommandLineOptions operands(String label, String what) {
        operandLabel = label;
        operandDescription = what;
        return this;
    }

    /** Takes one operand, or none. */
    public CommandLineOptions operand(String label, String what) {
        operandOptional = true;
        return operands(label, what);
    }

    private Option add(String name, String longName, String label, String what) {
        Option option = new Option(name == null ? null : name.substring(1), longName.substring(2), label != null, what);
        option.setArgName(label);
        options.addOption(option);
        return option;
    }

    /**
     * Reads the words behind the command.
     *
     * @throws UsageException if they are not what was said here
     */
    public Arguments parse(String... words) {
        CommandLine line;
        try {
            // Neither --tab for --table, nor values that lose their quotes.
            line = DefaultParser.builder().setAllowPartialMatching(false).setStripLeadingAndTrailingQuotes(false).get()
                    .parse(options, explicit(words));
        } catch (UnrecognizedOptionException e) {
            throw unrecognized(e.getOption());
        } catch (MissingArgumentException e) {
            Option option = e.getOption();
            throw new UsageException("option " + names(option) + " needs a value: " + option.getArgName());
        } catch (ParseException e) {
            throw new UsageException(e.getMessage(), e);
        }
        Arguments arguments = new Arguments(options, line.getOptions(), line.getArgList());
        if (!arguments.has("--help")) {
            check(line.getOptions());
            check(line.getArgList());
        }
        return arguments;
    }

    /**
     * The same words with one option a word, and its value behind an equals sign. The parser alone would take
     * {@code -vNAME=1} for a long option, {@code -table} for {@code --table}, and a value that looks like an option for one.
     */
    private String[] explicit(String[] words) {
        List<String> explicit = new ArrayList<>(words.length);
        int next = 0;
        while (next < words.length) {
            String word = words[next++];
            if (word.equals("--")) {
                explicit.add(word);
                while (next < words.length) {
                    explicit.add(words[next++]);
                }
            } else if (word.startsWith("--")) {
                boolean valueFollows = options.hasLongOption(word) && options.getOption(word).hasArg() && next < words.length;
                explicit.add(valueFollows ? word.concat("=").concat(words[next++]) : word);
            } else if (word.startsWith("-") && word.length() > 1) {
                next = addShort(word, words, next, explicit);
            } else {
                explicit.add(word);
            }
        }
        return explicit.toArray(new String[0]);
    }

    /** Adds the options of a word such as {@code -At} or {@code -tfFILE}; returns where the next word is. */
    private int addShort(String word, String[] words, int next, List<String> explicit) {
        for (int i = 1; i < word.length(); i++) {
            String letter = word.substring(i, i + 1);
            String name = "-".concat(letter);
            if (letter.equals("-") || !options.hasShortOption(letter)) {
                throw i == 1 || options.hasLongOption("-" + withoutValue(word)) ? unrecognized(word)
                        : new UsageException("unknown option " + name + " in " + word);
            }
            if (options.getOption(letter).hasArg()) {
                boolean here = i + 1 < word.length();
                if (here) {
                    String value = word.substring(i + 1);
                    explicit.add(name.concat(value.startsWith("=") ? value : "=".concat(value)));
                } else {
                    explicit.add(next < words.length ? name.concat("=").concat(words[next]) : name);
                }
                return here ? next : Math.min(next + 1, words.length);
            }
            explicit.add(name);
        }
        return next;
    }

    private void check(Option[] given) {
        for (int i = 1; i < given.length; i++) {
            for (int j = 0; j < i; j++) {
                if (given[i].equals(given[j]) && !repeatable.contains(given[i])) {
                    throw new UsageException("option " + names(given[i]) + " was given twice: give it once");
                }
            }
        }
    }

    private void check(List<String> operands) {
        if (operandLabel == null && !operands.isEmpty()) {
            throw new UsageException("unexpected word \"" + operands.getFirst() + "\": " + command
                    + " takes options only, and a value with blanks in it must be quoted");
        }
        if (operandOptional && operands.size() > 1) {
            throw new UsageException("unexpected word \"" + operands.get(1) + "\": " + command + " takes one " + operandLabel);
        }
        if (operandLabel != null && !operandOptional && operands.isEmpty()) {
            throw new UsageException("missing " + operandLabel + ": name at least one");
        }
    }

    private UsageException unrecognized(String word) {
        String name = withoutValue(word);
        if (options.hasLongOption(name) && name.startsWith("--")) {
            return new UsageException("option " + names(options.getOption(name)) + " takes no value: " + word);
        }
        List<String> known = new ArrayList<>();
        for (Option option : options.getOptions()) {
            known.add("--" + option.getLongOpt());
        }
        String full = name.startsWith("--") ? name : "-" + name;
        return new UsageException("unknown option " + name + Spelling.didYouMean(full, known));
    }

    private static String withoutValue(String word) {
        int equals = word.indexOf('=');
        return equals < 0 ? word : word.substring(0, equals);
    }

    private static String names(Option option) {
        return option.getOpt() == null ? "--" + option.getLongOpt() : "-" + option.getOpt() + ", --" + option.getLongOpt();
    }

    /** Prints the help, in lines of 80 columns. */
    public void printHelp(PrintStream out) {
        HelpText.print(this, out);
    }
}
