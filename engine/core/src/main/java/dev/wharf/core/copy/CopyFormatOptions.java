package dev.wharf.core.copy;

import java.nio.charset.StandardCharsets;

/**
 * COPY's options, checked: PostgreSQL's {@code CopyFormatOptions}, for FORMAT csv.
 *
 * @param header    what HEADER said
 * @param delimiter one byte, neither newline nor carriage return
 * @param quote     one byte
 * @param escape    one byte; equal to {@code quote} unless ESCAPE says otherwise
 * @param nullPrint the NULL string in UTF-8
 */
public record CopyFormatOptions(Header header, byte delimiter, byte quote, byte escape, String nullPrint) {
    /** HEADER's values. */
    public enum Header { FALSE, TRUE, MATCH }

    public static final CopyFormatOptions CSV = new CopyFormatOptions(Header.FALSE, (byte) ',', (byte) '"', (byte) '"', "");

    public byte[] nullPrintBytes() {
        return nullPrint.getBytes(StandardCharsets.UTF_8);
    }
}
