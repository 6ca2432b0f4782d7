package dev.wharf.core.types;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Words with a kind and a value, found by their bytes without garbage. Filled once, then only read. */
final class WordTable {
    /** A power of two, at least twice the words of any table here. */
    private static final int SLOTS = 1024;

    /** A word in lower-case ASCII; {@code zone} is the zone that an abbreviation without an offset of its own stands for. */
    record Word(byte[] text, int kind, int value, String zone) {
        boolean is(byte[] source, int start, int end) {
            return Arrays.equals(text, 0, text.length, source, start, end);
        }
    }

    private final Word[] slots = new Word[SLOTS];

    WordTable add(int kind, int value, String... words) {
        for (String word : words) {
            put(new Word(word.getBytes(StandardCharsets.US_ASCII), kind, value, null));
        }
        return this;
    }

    WordTable addZone(int kind, String word, String zone) {
        put(new Word(word.getBytes(StandardCharsets.US_ASCII), kind, 0, zone));
        return this;
    }

    private void put(Word word) {
        int slot = hash(word.text, 0, word.text.length);
        while (slots[slot] != null) {
            slot = slot + 1 & SLOTS - 1;
        }
        slots[slot] = word;
    }

    /** The word that these bytes are, or null. */
    Word find(byte[] source, int start, int end) {
        int slot = hash(source, start, end);
        for (Word word; (word = slots[slot]) != null; slot = slot + 1 & SLOTS - 1) {
            if (word.is(source, start, end)) {
                return word;
            }
        }
        return null;
    }

    private static int hash(byte[] source, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + source[i];
        }
        return (hash ^ hash >>> 10) & SLOTS - 1;
    }
}
