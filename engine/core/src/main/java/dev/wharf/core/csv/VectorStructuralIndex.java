package dev.wharf.core.csv;

import dev.wharf.core.memory.OffHeap;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** 64 bytes a step with the Vector API: one, two or four vectors, as wide as the CPU has them, never wider. */
final class VectorStructuralIndex extends CsvStructuralIndex {
    static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED.length() >= 64
            ? ByteVector.SPECIES_512
            : ByteVector.SPECIES_PREFERRED.length() == 32 ? ByteVector.SPECIES_256 : ByteVector.SPECIES_128;
    private static final int LANES = SPECIES.length();
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final boolean COMPRESSES = LANES == 64 && VectorSupport.compressesBytes();
    private static final ByteVector IOTA = ByteVector.zero(ByteVector.SPECIES_512).addIndex(1);

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
        ByteVector ones = ByteVector.broadcast(SPECIES, (byte) 1);
        boolean crnl = eol == CopyDialect.Eol.CRNL;
        boolean withEscapes = escapes;
        int found = 0;
        int rowEnds = 0;
        long bad = 0;
        long anyQuote = 0;
        // Whether the last word ended with a structural byte (a block begins behind one), or with a quote of which it is
        // not known yet
        long lastStructural = 1;
        long pendingQuote = 0;
        // Whether the field that is open at the end of the last word has a quote elsewhere than at its ends
        long pendingField = 0;
        long pending = 0;
        int irregulars = 0;
        long inside = 0;
        long carriageReturn = 0;
        long high = 0;
        for (int offset = 0; offset < length && found < limit; offset += 64) {
            long q;
            long d;
            long e;
            long o;
            long n;
            long escapeBits = 0;
            long valid = length - offset >= 64 ? -1L : (1L << (length - offset)) - 1;
            long at = base + offset;
            if (LANES == 64) {
                ByteVector v = ByteVector.fromMemorySegment(SPECIES, OffHeap.MEMORY, at, ORDER);
                q = v.eq(quoteBytes).toLong();
                d = v.eq(delimiters).toLong();
                e = v.eq(ends).toLong();
                o = v.eq(others).toLong();
                n = v.lt(ones).toLong();
            } else {
                q = 0;
                d = 0;
                e = 0;
                o = 0;
                n = 0;
                for (int lane = 0; lane < 64; lane += LANES) {
                    ByteVector v = ByteVector.fromMemorySegment(SPECIES, OffHeap.MEMORY, at + lane, ORDER);
                    q |= v.eq(quoteBytes).toLong() << lane;
                    d |= v.eq(delimiters).toLong() << lane;
                    e |= v.eq(ends).toLong() << lane;
                    o |= v.eq(others).toLong() << lane;
                    n |= v.lt(ones).toLong() << lane;
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
            // NUL, and all that begins with a one bit
            high |= n & valid;
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
            if ((special | pending) != 0) {
                // A quote is at an end of its field if it stands right behind one structural byte or right before the next.
                long ends64 = structural | o;
                long atEnds = q & (structural << 1 | lastStructural | ends64 >>> 1);
                long undecided = q & ~atEnds & Long.MIN_VALUE;
                long elsewhere = special & ~atEnds & ~undecided | pendingField | pendingQuote & ~ends64;
                anyQuote |= special;
                pendingField = 0;
                if (elsewhere != 0) {
                    // Each carries through the bytes of its field into the structural byte that ends it; an escape may be one
                    long within = elsewhere & ~structural;
                    long sum = ~structural + within;
                    pendingField = Long.compareUnsigned(sum, within) < 0 ? 1 : 0;
                    long fieldEnds = (sum | elsewhere) & structural;
                    if (fieldEnds != 0) {
                        long fields = Long.compress(fieldEnds, structural);
                        writePositions(fields, found, irregular + 4L * irregulars);
                        irregulars += Long.bitCount(fields);
                    }
                }
                pendingQuote = undecided >>> 63;
                pending = pendingField | pendingQuote;
            }
            lastStructural = structural >>> 63;
            if (structural != 0) {
                int ended = Long.bitCount(structural);
                long target = positions + 4L * found;
                // Here and not in a method: what is not inlined passes vectors as objects. Not for more than one vector of
                // them: taking out its other parts is too deep for the compiler to inline.
                if (COMPRESSES && ended <= IntVector.SPECIES_512.length()) {
                    ByteVector numbers = IOTA.compress(VectorMask.fromLong(ByteVector.SPECIES_512, structural));
                    ((IntVector) numbers.convertShape(VectorOperators.B2I, IntVector.SPECIES_512, 0)).add(offset)
                            .intoMemorySegment(OffHeap.MEMORY, target, ORDER);
                } else {
                    writePositions(structural, offset, target);
                }
                found += ended;
                rowEnds += Long.bitCount(e);
            }
        }
        count = found;
        irregularCount = irregulars;
        rows = rowEnds;
        notAscii = high != 0;
        badEol = bad != 0;
        quotes = anyQuote != 0;
    }
}
