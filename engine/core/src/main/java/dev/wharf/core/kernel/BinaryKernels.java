package dev.wharf.core.kernel;

import dev.wharf.core.catalog.Column;
import dev.wharf.core.csv.Utf8;
import dev.wharf.core.types.BinaryInputs;
import dev.wharf.core.types.PgType;
import dev.wharf.core.types.TextInput;
import dev.wharf.core.types.TextInputs;
import dev.wharf.core.types.TextSettings;

/** The kernels of the binary format: what they do not know they hand to the type's receive function. */
public final class BinaryKernels {
    private BinaryKernels() {
    }

    /** The kernel for a column's type. @param lossless whether a number is a bad value that would be rounded */
    public static ColumnKernel of(Column column, boolean lossless) {
        PgType type = column.type();
        Text text = new Text();
        TextInput input = input(type, lossless, text);
        return switch (type.kind()) {
            case BOOL, INT2, INT4, INT8, FLOAT4, FLOAT8, UUID -> new BinaryFixedKernel(column, input);
            case DATE -> new BinaryDateKernel(column, input);
            case TIME, TIMESTAMP, TIMESTAMPTZ -> type.precision() == PgType.NONE
                    ? new BinaryTimestampKernel(column, input) : new GeneralKernel(column, input);
            case NUMERIC -> type.isDecimal128() && !lossless
                    ? new BinaryDecimalKernel(column, input) : new GeneralKernel(column, input);
            // The block has seen to it that text is UTF-8
            case TEXT, VARCHAR, CHAR, BYTEA -> new TextKernel(column, input);
            case INTERVAL -> new GeneralKernel(column, input);
            case JSON, JSONB, ARRAY -> new BinaryGeneralKernel(column, input, text);
        };
    }

    /** A type's receive function. @param check of those bytes that are text */
    public static TextInput input(PgType type, boolean lossless, BinaryInputs.TextCheck check) {
        return BinaryInputs.of(type, TextInputs.of(type, lossless, TextSettings.DEFAULT), check);
    }

    /** Whether all of a value's bytes are text, and nothing but that has to be right about them. */
    public static boolean isText(PgType type) {
        return switch (type.kind()) {
            case TEXT, VARCHAR, CHAR -> true;
            default -> false;
        };
    }

    /** Knows where the value is that is being read: text in it, or in an element of it, must be UTF-8. */
    public static final class Text implements BinaryInputs.TextCheck {
        private long address;

        /** The value's first byte; 0 if its text was checked before. */
        public void set(long value) {
            address = value;
        }

        @Override
        public void check(int offset, int length) {
            int invalid = address == 0 ? -1 : Utf8.firstInvalid(address + offset, length);
            if (invalid >= 0) {
                throw Utf8.invalid(address + offset + invalid, length - invalid);
            }
        }
    }
}
