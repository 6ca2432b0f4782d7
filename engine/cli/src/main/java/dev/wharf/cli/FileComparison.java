package dev.wharf.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Byte for byte. */
final class FileComparison {
    private static final int BLOCK = 1 << 20;

    private FileComparison() {
    }

    /** Offset of the first byte that differs, or at which the shorter file ends; -1 if there is none. */
    static long mismatch(Path first, Path second) throws IOException {
        try (FileChannel a = FileChannel.open(first, StandardOpenOption.READ);
                FileChannel b = FileChannel.open(second, StandardOpenOption.READ)) {
            ByteBuffer left = ByteBuffer.allocateDirect(BLOCK);
            ByteBuffer right = ByteBuffer.allocateDirect(BLOCK);
            for (long offset = 0; ; offset += BLOCK) {
                fill(a, left);
                fill(b, right);
                int at = left.mismatch(right);
                if (at >= 0) {
                    return offset + at;
                }
                if (left.limit() < BLOCK) {
                    return -1;
                }
            }
        }
    }

    private static void fill(FileChannel channel, ByteBuffer block) throws IOException {
        block.clear();
        while (block.hasRemaining() && channel.read(block) >= 0) {
            // until the block is full or the file at its end
        }
        block.flip();
    }
}
