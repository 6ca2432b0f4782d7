package dev.wharf.core.csv;

import dev.wharf.core.memory.OffHeap;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** 64 bytes a step with the Vector API: one, two or four vectors, as wide as the CPU has them, never wider. */
final class VectorStructuralIndex extends StructuralIndex {
    private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED.length() >= 64
            ? ByteVector.SPECIES_512
            : ByteVector.SPECIES_PREFERRED.length() == 32 ? ByteVector.SPECIES_256 : ByteVector.SPECIES_128;
    private static final int LANES = SPECIES.length();
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    /** The row end's byte, and the other of newline and carriage return. */
    private final byte end;
    private final byte other;

    VectorStructuralIndex(CsvDialect dialect) {
        super(dialect);
        end = dialect.eol().last();
        other = (byte) (end == '\n' ? '\r' : '\n');
    }

    /** A species that the CPU lacks works, but is slower by orders of magnitude than no vectors at all. */
    static boolean usable() {
        return ByteVector.SPECIES_PREFERRED.length() >= 16;
    }

    @Override
    protected void scanWords(long base, int length, long positions, long irregular, int limit) {
        ByteVector delimiters = ByteVector.broadcast(SPECIES, delimiter);
        ByteVector quoteBytes = ByteVector.broadcast(SPECIES, quote);
        ByteVector ends = ByteVector.broadcast(SPECIES, end);
        ByteVector others = ByteVector.broadcast(SPECIES, other);
        ByteVector least = ByteVector.broadcast(SPECIES, (byte) 1);
        boolean crnl = eol == CsvDialect.Eol.CRNL;
        boolean withEscapes = escapes;
        int found = 0;
        int rowEnds = 0;
        long bad = 0;
        long anyQuote = 0;
        // Whether the last word ended with a structural byte (a block begins behind one), or with a quote of which it is
        // not known yet
        long lastStructural = 1;
        long lastQuote = 0;
        long inside = 0;
        long carriageReturn = 0;
        for (int offset = 0; offset < length && found < limit; offset += 64) {
            long q;
            long d;
            long e;
            long o;
            long escapeBits = 0;
            long valid = length - offset >= 64 ? -1L : (1L << (length - offset)) - 1;
            long at = base + offset;
            if (LANES == 64) {
                ByteVector v = ByteVector.fromMemorySegment(SPECIES, OffHeap.MEMORY, at, ORDER);
                q = v.eq(quoteBytes).toLong();
                d = v.eq(delimiters).toLong();
                e = v.eq(ends).toLong();
                o = v.eq(others).toLong();
                if (valid == -1L) {
                    least = least.min(v);
                } else {
                    notAscii |= tailNotAscii(at, length - offset);
                }
            } else {
                q = 0;
                d = 0;
                e = 0;
                o = 0;
                for (int lane = 0; lane < 64; lane += LANES) {
                    ByteVector v = ByteVector.fromMemorySegment(SPECIES, OffHeap.MEMORY, at + lane, ORDER);
                    q |= v.eq(quoteBytes).toLong() << lane;
                    d |= v.eq(delimiters).toLong() << lane;
                    e |= v.eq(ends).toLong() << lane;
                    o |= v.eq(others).toLong() << lane;
                    if (valid == -1L) {
                        least = least.min(v);
                    }
                }
                if (valid != -1L) {
                    notAscii |= tailNotAscii(at, length - offset);
                }
            }
            if (withEscapes) {
                for (int lane = 0; lane < 64; lane += LANES) {
                    ByteVector v = ByteVector.fromMemorySegment(SPECIES, OffHeap.MEMORY, at + lane, ORDER);
                    escapeBits |= v.eq(escape).toLong() << lane;
                }
                escapeBits &= valid;
            }
            q &= valid;
            long special = q | escapeBits;
            long toggles = withEscapes ? togglingQuotes(q, escapeBits) : q;
            long in = inside;
            if (toggles != 0) {
                in = prefixXor(toggles) ^ inside;
                inside = in >> 63;
            }
            long outside = ~in & valid;
            e &= outside;
            o &= outside;
            long structural = (d & outside) | e;
            if (crnl) {
                bad |= (((o << 1) | carriageReturn) & valid) ^ e;
                carriageReturn = o >>> 63;
            } else {
                bad |= o;
            }
            if ((special | lastQuote) != 0) {
                // A quote is at an end of its field if it stands right behind one structural byte or right before the next.
                long ends64 = structural | o;
                if (lastQuote != 0 && (ends64 & 1) == 0) {
                    noteIrregular(found, irregular);
                }
                long atEnds = q & (structural << 1 | lastStructural | ends64 >>> 1);
                lastQuote = q & ~atEnds & Long.MIN_VALUE;
                long elsewhere = special & ~atEnds & ~lastQuote;
                anyQuote |= special;
                if (elsewhere != 0) {
                    noteIrregular(elsewhere, structural, found, irregular);
                }
            }
            lastStructural = structural >>> 63;
            if (structural != 0) {
                writePositions(structural, offset, positions + 4L * found);
                found += Long.bitCount(structural);
                rowEnds += Long.bitCount(e);
            }
        }
        count = found;
        rows = rowEnds;
        notAscii |= least.reduceLanes(VectorOperators.MIN) <= 0;
        badEol = bad != 0;
        quotes = anyQuote != 0;
    }

    private static boolean tailNotAscii(long at, int length) {
        for (int i = 0; i < length; i++) {
            if (OffHeap.getByte(at + i) <= 0) {
                return true;
            }
        }
        return false;
    }
}
