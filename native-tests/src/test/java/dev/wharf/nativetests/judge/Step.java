package dev.wharf.nativetests.judge;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement of a test file, with the input it reads and what it is to give.
 *
 * @param line     where it begins in the file
 * @param sql      without the semicolon that ends it; {@code $dir} stands for a directory that both engines can write to
 * @param input    the file {@code in}, or what STDIN gives
 * @param expected its {@link Outcome}'s lines
 */
record Step(int line, String sql, byte[] input, List<String> expected) {
    static final String DIRECTORY = "$dir";

    private static final Pattern STREAM = Pattern.compile("(?is)COPY\\b.*\\b(FROM|TO)\\s+(?:STDIN|STDOUT)\\b.*");
    private static final Pattern FROM = Pattern.compile(
            "(?is)COPY\\s+(?:BINARY\\s+)?((?:\"(?:[^\"]|\"\")*\"|[\\w$.])+)\\s*(?:\\([^)]*\\)\\s*)?FROM\\b.*");
    private static final Pattern TO_FILE = Pattern.compile("(?is)COPY\\b.*\\bTO\\s+(?:PROGRAM\\s+)?'(?:cat > )?\\$dir/(\\w+)'.*");

    boolean readsStdin() {
        Matcher m = STREAM.matcher(sql);
        return m.matches() && m.group(1).equalsIgnoreCase("FROM");
    }

    boolean writesStdout() {
        Matcher m = STREAM.matcher(sql);
        return m.matches() && m.group(1).equalsIgnoreCase("TO");
    }

    /** The table that a COPY FROM is to fill, as it is written; null if the statement is none. */
    String target() {
        Matcher m = FROM.matcher(sql);
        return m.matches() ? m.group(1) : null;
    }

    /** The name of the file in {@code $dir} that a COPY TO writes; null if it writes none. */
    String written() {
        Matcher m = TO_FILE.matcher(sql);
        return m.matches() ? m.group(1) : null;
    }

    /** The statement for the engines. */
    String sql(String directory) {
        return sql.replace(DIRECTORY, directory);
    }

    /** A position in {@link #sql(String)} as one in what the file says. */
    int position(int expanded, String directory) {
        int position = expanded;
        for (int at = sql.indexOf(DIRECTORY); at >= 0 && at < position - 1; at = sql.indexOf(DIRECTORY, at + 1)) {
            position -= directory.length() - DIRECTORY.length();
        }
        return position;
    }
}
