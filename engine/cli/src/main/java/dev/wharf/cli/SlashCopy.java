package dev.wharf.cli;

import dev.wharf.core.copy.PipeOpening;
import dev.wharf.core.source.CopyInput;
import dev.wharf.core.source.Program;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * psql's {@code \copy}: a COPY from STDIN or to STDOUT, with the shell's own file, program or standard stream at its other end.
 * The words are psql's: before FROM or TO a table and columns, or a query in parentheses; behind the source whatever COPY takes.
 *
 * @param beforeToFrom as written
 * @param end          name of the file, or the command, or null for a stream of the shell's
 * @param ownStream    pstdin, pstdout: the shell's, where stdin and stdout are those of the script
 * @param afterToFrom  as written
 */
record SlashCopy(String beforeToFrom, boolean isFrom, boolean isProgram, String end, boolean ownStream, String afterToFrom) {
    private static final String DELIMITERS = ".,()";

    /** What cannot be parsed: the message as psql has it. */
    static final class ParseException extends Exception {
        private static final long serialVersionUID = 1;

        ParseException(String message) {
            super(message, null, false, false);
        }
    }

    static SlashCopy parse(String arguments) throws ParseException {
        return new Words(arguments).parse();
    }

    /** What the backend runs. */
    String sql() {
        return "COPY " + beforeToFrom + (isFrom ? " FROM STDIN " : " TO STDOUT ") + afterToFrom;
    }

    /** Null for a stream of the shell's. @throws IOException in the words of psql */
    CopyInput input(Path directory) throws IOException {
        if (end == null) {
            return null;
        }
        if (isProgram) {
            return new CopyInput.ShellCommand(end, directory);
        }
        Path file = directory.resolve(end);
        if (Files.isDirectory(file)) {
            throw new IOException(end + ": cannot copy from/to a directory");
        }
        // To open a named pipe is the statement's, which can be cancelled
        if (Files.isRegularFile(file) || Files.notExists(file)) {
            Files.newByteChannel(file, StandardOpenOption.READ).close();
        }
        return new CopyInput.NamedFile(file);
    }

    /** Null for a stream of the shell's. @throws IOException in the words of psql */
    WritableByteChannel output(Path directory) throws IOException {
        if (end == null) {
            return null;
        }
        if (isProgram) {
            return Program.to(end, directory);
        }
        Path file = directory.resolve(end);
        if (Files.isDirectory(file)) {
            throw new IOException(end + ": cannot copy from/to a directory");
        }
        AtomicBoolean interrupted = new AtomicBoolean();
        FileChannel channel;
        try (PipeOpening pipe = new PipeOpening(file); CancelOnInterrupt _ = CancelOnInterrupt.of(() -> {
            interrupted.set(true);
            pipe.release();
        })) {
            channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING);
        }
        if (interrupted.get()) {
            channel.close();
            throw new InterruptedIOException(end + ": canceled by user");
        }
        return channel;
    }

    /** Takes the command's words apart as psql's strtokx does. */
    private static final class Words {
        private final String text;
        private int at;

        Words(String text) {
            this.text = text;
        }

        SlashCopy parse() throws ParseException {
            StringBuilder before = new StringBuilder();
            String word = next();
            if (word == null) {
                throw new ParseException("\\copy: arguments required");
            }
            if (word.equalsIgnoreCase("binary")) {
                before.append(word);
                word = required();
            }
            if (word.equals("(")) {
                before.append(' ').append(parenthesised());
                word = required();
            } else {
                before.append(' ').append(word);
                word = required();
                if (word.equals(".")) {
                    before.append(word).append(required());
                    word = required();
                }
                if (word.equals("(")) {
                    before.append(' ').append(parenthesised());
                    word = required();
                }
            }
            boolean from = word.equalsIgnoreCase("from");
            if (!from && !word.equalsIgnoreCase("to")) {
                throw new ParseException("\\copy: parse error at \"" + word + "\"");
            }
            return end(before.toString().strip(), from);
        }

        private SlashCopy end(String before, boolean from) throws ParseException {
            String word = whole();
            boolean program = word.equalsIgnoreCase("program");
            if (program) {
                word = whole();
                if (!word.startsWith("'")) {
                    throw new ParseException("\\copy: parse error at \"" + word + "\"");
                }
            }
            boolean stream = !program && (word.equalsIgnoreCase("stdin") || word.equalsIgnoreCase("stdout"));
            boolean own = !program && (word.equalsIgnoreCase("pstdin") || word.equalsIgnoreCase("pstdout"));
            String named = stream || own ? null : program ? unquoted(word) : tilde(unquoted(word));
            return new SlashCopy(before, from, program, named, own, withoutSemicolon(text.substring(at).strip()));
        }

        private static String withoutSemicolon(String options) {
            return options.endsWith(";") ? options.substring(0, options.length() - 1).stripTrailing() : options;
        }

        /** From behind an opening parenthesis to its match. */
        private String parenthesised() throws ParseException {
            int start = at - 1;
            int depth = 1;
            while (depth > 0) {
                String word = required();
                depth += word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
            }
            return text.substring(start, at);
        }

        private String required() throws ParseException {
            String word = next();
            if (word == null) {
                throw new ParseException("\\copy: parse error at end of line");
            }
            return word;
        }

        /** A word, a quoted string with its quotes, or one of the delimiters; null at the end. */
        private String next() {
            skipBlanks();
            if (at == text.length()) {
                return null;
            }
            char c = text.charAt(at);
            int start = at;
            if (c == '\'' || c == '"') {
                skipQuoted(c);
            } else if (DELIMITERS.indexOf(c) >= 0) {
                at++;
            } else {
                while (at < text.length() && !Character.isWhitespace(text.charAt(at)) && DELIMITERS.indexOf(text.charAt(at)) < 0
                        && text.charAt(at) != '\'' && text.charAt(at) != '"') {
                    at++;
                }
            }
            return text.substring(start, at);
        }

        /** A file's name: it may hold what ends a word elsewhere. */
        private String whole() throws ParseException {
            skipBlanks();
            if (at == text.length()) {
                throw new ParseException("\\copy: parse error at end of line");
            }
            int start = at;
            if (text.charAt(at) == '\'') {
                skipQuoted('\'');
            } else {
                while (at < text.length() && !Character.isWhitespace(text.charAt(at))
                        && (text.charAt(at) != ';' || !text.substring(at + 1).isBlank())) {
                    at++;
                }
            }
            return text.substring(start, at);
        }

        private void skipBlanks() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private void skipQuoted(char quote) {
            for (at++; at < text.length(); at++) {
                if (text.charAt(at) == quote) {
                    if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
                        at++;
                    } else {
                        at++;
                        return;
                    }
                }
            }
        }

        private static String unquoted(String word) {
            if (!word.startsWith("'")) {
                return word;
            }
            int last = word.length() > 1 && word.endsWith("'") ? word.length() - 1 : word.length();
            return word.substring(1, last).replace("''", "'");
        }

        private static String tilde(String name) {
            String home = System.getProperty("user.home", "");
            return !home.isEmpty() && (name.equals("~") || name.startsWith("~/")) ? home + name.substring(1) : name;
        }
    }
}
