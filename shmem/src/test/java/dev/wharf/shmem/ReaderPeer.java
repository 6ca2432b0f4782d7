package dev.wharf.shmem;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A JVM that looks at a segment again and again, while others damage it. */
final class ReaderPeer {
    /** What can be asked of a reader. */
    static final List<Consumer<SegmentReader>> QUESTIONS = List.of(SegmentReader::procs,
        reader -> reader.locks(reader.procs(), true), SegmentReader::allocations, SegmentReader::dsmAllocations,
        SegmentReader::counters);
    private static final int ROUNDS = 300;
    /** Until the optimising compiler has had its turn. */
    private static final int FIRST_ROUNDS = 4000;

    private ReaderPeer() {
    }

    public static void main(final String[] args) throws IOException {
        final BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        int rounds = FIRST_ROUNDS;
        for (String file = input.readLine(); file != null; file = input.readLine()) {
            if (args.length > 0) {
                alter(Path.of(file), new SplittableRandom(Long.parseLong(args[0])));
                System.out.println("read it all");
            } else {
                System.out.println(readUntilTruncated(Path.of(file), rounds));
            }
            rounds = ROUNDS;
        }
    }

    /** What each of them says once it does not get through any more. */
    private static String readUntilTruncated(final Path file, final int rounds) {
        final List<String> said = new ArrayList<>();
        try (SegmentReader reader = Segment.attachReadOnly(file)) {
            for (int round = 0; said.isEmpty(); round++) {
                if (round == rounds) {
                    System.out.println("reading");
                }
                said.addAll(ask(reader));
            }
            final List<String> again = ask(reader);
            return again.size() == QUESTIONS.size() ? String.join("|", again.stream().distinct().toList()) : "again: " + again;
        }
    }

    private static List<String> ask(final SegmentReader reader) {
        final List<String> said = new ArrayList<>();
        for (final Consumer<SegmentReader> question : QUESTIONS) {
            try {
                question.accept(reader);
            } catch (final ShmemException e) {
                said.add(e.sqlState() + " " + e.getMessage());
            }
        }
        return said;
    }

    /** Reads a segment in which ever more words say something else, those of the header first: nothing must come of it. */
    private static void alter(final Path file, final SplittableRandom random) throws IOException {
        final long[] nonsense = {-1, 0, 1, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, 1L << 40};
        try (RandomAccessFile target = new RandomAccessFile(file.toFile(), "rw");
             SegmentReader reader = Segment.attachReadOnly(file)) {
            final List<ShmemAllocation> allocations = reader.allocations();
            final int words = (int)(target.length() / Long.BYTES);
            for (int round = 0; round < FIRST_ROUNDS; round++) {
                final int word = random.nextInt(random.nextInt(4) == 0 ? SegmentLayout.HEADER_LENGTH / Long.BYTES : words);
                target.seek((long)word * Long.BYTES);
                target.writeLong(random.nextBoolean() ? random.nextLong() : nonsense[random.nextInt(nonsense.length)]);
                QUESTIONS.forEach(question -> question.accept(reader));
            }
            // By the header as it was when it was checked
            final int sections = SegmentLayout.Section.values().length;
            if (!reader.allocations().subList(0, sections).equals(allocations.subList(0, sections))) {
                System.out.println("the sections have moved");
            }
        }
    }
}
