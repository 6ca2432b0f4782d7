package dev.wharf.cli.options;

import java.io.PrintStream;
import org.apache.commons.cli.Option;

/** A command's help: how it is called, what it does, and its options in two columns, wrapped at 80. */
final class HelpText {
    private static final int WIDTH = 80;
    private static final int GAP = 2;

    private HelpText() {
    }

    static void print(CommandLineOptions command, PrintStream out) {
        String operand = command.operandLabel;
        StringBuilder text = new StringBuilder("Usage: ").append(command.command).append(" [OPTION]...");
        if (operand != null) {
            text.append(command.operandOptional ? " [" : " ").append(operand).append(command.operandOptional ? "]" : "...");
        }
        text.append("\n\n");
        wrap(text, command.description, 0, 0);
        int column = operand == null ? 0 : operand.length() + 2 * GAP;
        for (Option option : command.options.getOptions()) {
            column = Math.max(column, label(option).length() + 2 * GAP);
        }
        if (operand != null) {
            text.append('\n');
            entry(text, operand, command.operandDescription, column);
        }
        text.append("\nOptions:\n");
        for (Option option : command.options.getOptions()) {
            boolean repeatable = command.repeatable.contains(option);
            entry(text, label(option), option.getDescription() + (repeatable ? " Repeatable." : ""), column);
        }
        out.print(text);
        out.flush();
    }

    private static String label(Option option) {
        return (option.getOpt() == null ? "    " : "-" + option.getOpt() + ", ") + "--" + option.getLongOpt()
                + (option.hasArg() ? "=" + option.getArgName() : "");
    }

    private static void entry(StringBuilder text, String label, String description, int column) {
        int start = text.length();
        text.repeat(' ', GAP).append(label);
        text.repeat(' ', column - (text.length() - start));
        wrap(text, description, column, column);
    }

    /** Appends words, breaking before one that would not fit; {@code at} is the column of the first. */
    private static void wrap(StringBuilder text, String words, int at, int indent) {
        int column = at;
        for (String word : words.split(" ")) {
            if (column > indent && column + 1 + word.length() > WIDTH) {
                text.append('\n').repeat(' ', indent);
                column = indent;
            } else if (column > indent) {
                text.append(' ');
                column++;
            }
            text.append(word);
            column += word.length();
        }
        text.append('\n');
    }
}
