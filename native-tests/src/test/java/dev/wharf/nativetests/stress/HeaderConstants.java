package dev.wharf.nativetests.stress;

import dev.wharf.shmem.CHeader;
import java.util.HashMap;
import java.util.Map;

/** A segment as a program in another language sees it: the numbers of the C header. */
public final class HeaderConstants {
    private static final Map<String, Integer> VALUES = read();

    private HeaderConstants() {
    }

    /** The number behind a name without its prefix. */
    public static int of(String name) {
        return VALUES.get("WHARF_" + name);
    }

    private static Map<String, Integer> read() {
        Map<String, Integer> values = new HashMap<>();
        CHeader.text().lines().map(line -> line.split(" ")).filter(words -> words[0].equals("#define") && words.length == 3)
                .filter(words -> !words[2].startsWith("\""))
                .forEach(words -> values.put(words[1], (int)(long)Long.decode(words[2].replace("u", ""))));
        return values;
    }
}
