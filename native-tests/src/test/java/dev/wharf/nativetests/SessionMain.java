package dev.wharf.nativetests;

import dev.wharf.core.Backend;
import dev.wharf.core.DataDirectory;
import dev.wharf.core.catalog.Column;
import dev.wharf.core.error.PgError;
import dev.wharf.core.tcop.DestReceiver;
import dev.wharf.core.utility.Notice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A session in a process of its own, for {@link Session}: a line of SQL on standard input, a line of answer on standard
 * output: {@code ok TAG} or {@code error SQLSTATE}, message, context, parted by tabs. The line {@code peaks} asks for the peak
 * resident set of this process and its children, in KiB.
 */
final class SessionMain {
    private SessionMain() {
    }

    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (DataDirectory directory = open(Path.of(args[0]), out)) {
            if (directory == null) {
                return;
            }
            Tags tags = new Tags();
            Backend backend = new Backend(directory, Path.of(args[0]));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                tags.tag = "";
                try {
                    if (line.equals("peaks")) {
                        tags.tag = peaks();
                    } else if (line.startsWith("workers ")) {
                        directory.startWorkers(Integer.parseInt(line.substring("workers ".length())));
                    } else {
                        backend.execute(line, tags);
                    }
                    out.println("ok " + tags.tag);
                } catch (PgError e) {
                    out.println(Session.format(e));
                }
            }
        }
    }

    private static DataDirectory open(Path path, PrintStream out) {
        try {
            DataDirectory directory = DataDirectory.open(path);
            out.println("ok open");
            return directory;
        } catch (PgError e) {
            out.println(Session.format(e));
            return null;
        }
    }

    private static String peaks() {
        List<String> peaks = new ArrayList<>();
        Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().children()).forEach(p -> {
            try {
                for (String line : Files.readAllLines(Path.of("/proc/" + p.pid() + "/status"))) {
                    if (line.startsWith("VmHWM:")) {
                        peaks.add(line.replaceAll("\\D", ""));
                    }
                }
            } catch (IOException _) {
                // It has ended.
            }
        });
        return String.join(" ", peaks);
    }

    private static final class Tags implements DestReceiver {
        private String tag = "";

        @Override
        public void rowDescription(List<Column> columns) {
        }

        @Override
        public void row(String... values) {
        }

        @Override
        public void notice(Notice notice) {
        }

        @Override
        public void commandComplete(String text) {
            tag = text;
        }

        @Override
        public WritableByteChannel copyOut() {
            return Channels.newChannel(System.err);
        }
    }
}
