package dev.wharf.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A command run in this process, and what it wrote. */
record CommandRun(int exit, String out, String err) {
    static CommandRun of(byte[] in, String... args) {
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        Console console = Console.of(new ByteArrayInputStream(in), stdout, stderr);
        int exit = Wharf.run(args, console);
        console.out().flush();
        return new CommandRun(exit, stdout.toString(StandardCharsets.UTF_8), stderr.toString(StandardCharsets.UTF_8));
    }

    static CommandRun of(String in, String... args) {
        return of(in.getBytes(StandardCharsets.UTF_8), args);
    }
}
