package dev.wharf.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Where {@code wharf stat --watch} shows what it reads: over what was there before, if standard output is a terminal that can do
 * that; else below it. Notices a q on standard input, at once if that is a terminal.
 */
final class StatScreen implements AutoCloseable {
    private static final String HOME = "\033[H";
    private static final String CLEAR_TO_END_OF_LINE = "\033[K";
    private static final String CLEAR_TO_END = "\033[J";

    private final Console console;
    private final boolean smart;
    /** What {@code stty} needs to undo what was changed; null if nothing was. */
    private final String savedTerminal;
    private final Thread restore = new Thread(this::restoreTerminal);
    private final CountDownLatch quit = new CountDownLatch(1);

    private StatScreen(Console console, boolean smart, String savedTerminal) {
        this.console = console;
        this.smart = smart;
        this.savedTerminal = savedTerminal;
    }

    static StatScreen of(Console console) {
        String terminal = System.getenv("TERM");
        boolean smart = console.outIsTerminal() && terminal != null && !terminal.isEmpty() && !terminal.equals("dumb");
        String saved = console.inIsTerminal() ? stty("-g") : null;
        StatScreen screen = new StatScreen(console, smart, saved);
        if (saved != null) {
            // A key at once, and without its echo
            Runtime.getRuntime().addShutdownHook(screen.restore);
            stty("-icanon", "-echo", "min", "1");
        }
        Thread.ofPlatform().daemon().name("keys").start(screen::readKeys);
        if (smart) {
            console.out().print(HOME + CLEAR_TO_END);
        }
        return screen;
    }

    void show(String text) {
        console.out().print(smart ? fit(text) : text);
        console.out().flush();
    }

    /** What the terminal has room for. Its size may have changed since the last time. */
    private static String fit(String text) {
        String size = stty("size");
        String[] numbers = size == null ? new String[0] : size.strip().split(" ");
        int rows = numbers.length == 2 ? Integer.parseInt(numbers[0]) : 0;
        int columns = numbers.length == 2 ? Integer.parseInt(numbers[1]) : 0;
        StringBuilder screen = new StringBuilder(HOME);
        String[] lines = text.split("\n");
        int count = rows > 1 ? Math.min(lines.length, rows - 1) : lines.length;
        for (int i = 0; i < count; i++) {
            screen.append(cut(lines[i], columns)).append(CLEAR_TO_END_OF_LINE).append('\n');
        }
        return screen.append(CLEAR_TO_END).toString();
    }

    private static String cut(String line, int columns) {
        if (columns <= 0) {
            return line;
        }
        int width = 0;
        for (int i = 0; i < line.length(); i += Character.charCount(line.codePointAt(i))) {
            width += DisplayWidth.of(line.codePointAt(i));
            if (width > columns) {
                return line.substring(0, i);
            }
        }
        return line;
    }

    /** True if q was typed before the time is up. */
    boolean awaitQuit(long nanos) {
        try {
            return quit.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void readKeys() {
        InputStream in = console.in();
        try {
            for (int key = in.read(); key >= 0; key = in.read()) {
                if (key == 'q' || key == 'Q') {
                    quit.countDown();
                    return;
                }
            }
        } catch (IOException _) {
            // Then Ctrl-C is left
        }
    }

    private void restoreTerminal() {
        stty(savedTerminal);
    }

    @Override
    public void close() {
        if (savedTerminal != null) {
            Runtime.getRuntime().removeShutdownHook(restore);
            restoreTerminal();
        }
    }

    /** What it prints, on the terminal that standard input is; null if it fails. */
    private static String stty(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "stty";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process process = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return process.waitFor() == 0 ? output.strip() : null;
        } catch (IOException _) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
