package dev.wharf.core.encoding;

import dev.wharf.core.error.PgError;
import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The encodings that PostgreSQL names, under its names, with how their characters are formed. */
public enum PgEncoding {
    UTF8(null, "UTF-8", "unicode"),
    /** Bytes of which nothing is known: taken as they are, and so for UTF8. */
    SQL_ASCII(null, "UTF-8"),
    LATIN1(Form.SINGLE, "ISO-8859-1", "iso88591"),
    LATIN2(Form.SINGLE, "ISO-8859-2", "iso88592"),
    LATIN3(Form.SINGLE, "ISO-8859-3", "iso88593"),
    LATIN4(Form.SINGLE, "ISO-8859-4", "iso88594"),
    LATIN5(Form.SINGLE, "ISO-8859-9", "iso88599"),
    LATIN7(Form.SINGLE, "ISO-8859-13", "iso885913"),
    LATIN9(Form.SINGLE, "ISO-8859-15", "iso885915"),
    LATIN10(Form.SINGLE, "ISO-8859-16", "iso885916"),
    ISO_8859_5(Form.SINGLE, "ISO-8859-5"),
    ISO_8859_6(Form.SINGLE, "ISO-8859-6"),
    ISO_8859_7(Form.SINGLE, "ISO-8859-7"),
    ISO_8859_8(Form.SINGLE, "ISO-8859-8"),
    WIN1250(Form.SINGLE, "windows-1250", "windows1250"),
    WIN1251(Form.SINGLE, "windows-1251", "windows1251", "win"),
    WIN1252(Form.SINGLE, "windows-1252", "windows1252"),
    WIN1253(Form.SINGLE, "windows-1253", "windows1253"),
    WIN1254(Form.SINGLE, "windows-1254", "windows1254"),
    WIN1255(Form.SINGLE, "windows-1255", "windows1255"),
    WIN1256(Form.SINGLE, "windows-1256", "windows1256"),
    WIN1257(Form.SINGLE, "windows-1257", "windows1257"),
    WIN1258(Form.SINGLE, "windows-1258", "windows1258", "abc", "tcvn", "tcvn5712", "vscii"),
    WIN866(Form.SINGLE, "IBM866", "windows866", "alt"),
    WIN874(Form.SINGLE, "x-windows-874", "windows874"),
    KOI8R(Form.SINGLE, "KOI8-R", "koi8"),
    KOI8U(Form.SINGLE, "KOI8-U"),
    EUC_KR(Form.EUC_KR, "EUC-KR"),
    EUC_CN(Form.EUC_CN, "GB2312"),
    SJIS(Form.SJIS, "windows-31j", "shiftjis", "mskanji", "win932", "windows932"),
    GBK(Form.TWO, "x-mswin-936", "win936", "windows936"),
    UHC(Form.TWO, "x-windows-949", "win949", "windows949"),
    GB18030(Form.GB18030, "GB18030"),
    JOHAB(Form.JOHAB, "x-Johab"),
    LATIN6(Form.SINGLE, null, "iso885910"),
    LATIN8(Form.SINGLE, null, "iso885914"),
    EUC_JP(Form.EUC_JP, null),
    EUC_TW(Form.EUC_TW, null),
    EUC_JIS_2004(Form.EUC_JP, null),
    BIG5(Form.TWO, null, "win950", "windows950"),
    SHIFT_JIS_2004(Form.SJIS, null),
    /** PostgreSQL does not convert it to or from UTF8. */
    MULE_INTERNAL(null, null);

    /** How long a character is, and which ones there can be: {@code pg_encoding_mblen} and {@code pg_encoding_verifymbchar}. */
    enum Form {
        /** Any byte. */
        SINGLE {
            @Override
            int length(int first, int second) {
                return 1;
            }

            @Override
            boolean isValid(int[] c) {
                return true;
            }
        },
        /** Two bytes if the first is high, of any value but NUL. */
        TWO {
            @Override
            int length(int first, int second) {
                return first < 0x80 ? 1 : 2;
            }

            @Override
            boolean isValid(int[] c) {
                // The one pair that PostgreSQL keeps free, so that it is valid in no encoding
                return c.length == 1 || c[1] != 0 && !(c[0] == 0x8D && c[1] == ' ');
            }
        },
        /** Two bytes if the first is high, or three behind single shift 3; the others are high, too. */
        JOHAB {
            @Override
            int length(int first, int second) {
                return first < 0x80 ? 1 : first == SS3 ? 3 : 2;
            }

            @Override
            boolean isValid(int[] c) {
                return c.length == 1 || isEuc(c[1]) && (c.length == 2 || isEuc(c[2]));
            }
        },
        /** Two high bytes. An error about one that begins with single shift 3 shows three. */
        EUC_KR {
            @Override
            int length(int first, int second) {
                return first < 0x80 ? 1 : 2;
            }

            @Override
            int shown(int first, int second) {
                return first == SS3 ? 3 : length(first, second);
            }

            @Override
            boolean isValid(int[] c) {
                return c.length == 1 || isEuc(c[0]) && isEuc(c[1]);
            }
        },
        /** The same; one that begins with single shift 2 shows three, too. */
        EUC_CN {
            @Override
            int length(int first, int second) {
                return EUC_KR.length(first, second);
            }

            @Override
            int shown(int first, int second) {
                return first == SS2 ? 3 : EUC_KR.shown(first, second);
            }

            @Override
            boolean isValid(int[] c) {
                return EUC_KR.isValid(c);
            }
        },
        /** Two high bytes, half a character's width behind single shift 2, or three behind single shift 3. */
        EUC_JP {
            @Override
            int length(int first, int second) {
                return JOHAB.length(first, second);
            }

            @Override
            boolean isValid(int[] c) {
                return c[0] == SS2 ? c[1] >= 0xA1 && c[1] <= 0xDF : JOHAB.isValid(c) && (c.length != 2 || isEuc(c[0]));
            }
        },
        /** Two bytes, the second high, or four behind single shift 2, of which the second is one of seven planes. */
        EUC_TW {
            @Override
            int length(int first, int second) {
                return first == SS2 ? 4 : JOHAB.length(first, second);
            }

            @Override
            boolean isValid(int[] c) {
                return switch (c.length) {
                    case 1 -> true;
                    case 2 -> isEuc(c[1]);
                    case 4 -> c[1] >= 0xA1 && c[1] <= 0xA7 && isEuc(c[2]) && isEuc(c[3]);
                    default -> false;
                };
            }
        },
        SJIS {
            @Override
            int length(int first, int second) {
                return first < 0x80 || first >= 0xA1 && first <= 0xDF ? 1 : 2;
            }

            @Override
            boolean isValid(int[] c) {
                return c.length == 1 || (c[0] >= 0x81 && c[0] <= 0x9F || c[0] >= 0xE0 && c[0] <= 0xFC)
                        && (c[1] >= 0x40 && c[1] <= 0x7E || c[1] >= 0x80 && c[1] <= 0xFC);
            }
        },
        GB18030 {
            @Override
            int length(int first, int second) {
                return first < 0x80 ? 1 : second >= 0x30 && second <= 0x39 ? 4 : 2;
            }

            @Override
            boolean isValid(int[] c) {
                return switch (c.length) {
                    case 1 -> true;
                    case 2 -> isLead(c[0]) && (c[1] >= 0x40 && c[1] <= 0x7E || c[1] >= 0x80 && c[1] <= 0xFE);
                    default -> isLead(c[0]) && isLead(c[2]) && c[3] >= 0x30 && c[3] <= 0x39;
                };
            }

            private boolean isLead(int b) {
                return b >= 0x81 && b <= 0xFE;
            }
        };

        private static final int SS2 = 0x8E;
        private static final int SS3 = 0x8F;

        /** Bytes of a character. @param second 0 where it is not there, or not looked at */
        abstract int length(int first, int second);

        /** Bytes of it that an error shows. */
        int shown(int first, int second) {
            return length(first, second);
        }

        /** Whether the bytes, of that length, may be a character. */
        abstract boolean isValid(int[] c);

        private static boolean isEuc(int b) {
            return b >= 0xA1 && b <= 0xFE;
        }
    }

    private static final Map<String, PgEncoding> NAMES = new HashMap<>();

    static {
        for (PgEncoding encoding : values()) {
            NAMES.put(simplified(encoding.name()), encoding);
            for (String alias : encoding.aliases) {
                NAMES.put(alias, encoding);
            }
        }
    }

    /** Null where bytes are UTF-8, or to be taken for it, or nothing is known of them. */
    private final Form form;
    /** Null where Java has none that is like PostgreSQL's. */
    private final String charset;
    private final String[] aliases;

    PgEncoding(Form form, String charset, String... aliases) {
        this.form = form;
        this.charset = charset;
        this.aliases = aliases;
    }

    /** By any of its names, in any spelling; null if it is none of these. */
    public static PgEncoding of(String name) {
        return NAMES.get(simplified(name));
    }

    private static String simplified(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** Whether text in it has to be converted. */
    public boolean isConverted() {
        return form != null || !hasConversion();
    }

    /** Whether there is a conversion to UTF8 and from it. */
    public boolean hasConversion() {
        return this != MULE_INTERNAL;
    }

    /** @throws PgError 42883 if text in it cannot be converted to UTF8 */
    public void checkToUtf8() {
        if (!hasConversion()) {
            throw EncodingErrors.noConversion(this, UTF8);
        }
    }

    /** @throws PgError 42883 if there is text, and it cannot be converted to this from UTF8 */
    public void checkFromUtf8(long length) {
        if (length > 0 && !hasConversion()) {
            throw EncodingErrors.noConversion(UTF8, this);
        }
    }

    Form form() {
        return form;
    }

    /** Null where there is a table, instead. */
    Charset charset() {
        return charset == null ? null : Charset.forName(charset);
    }

    /** Where PostgreSQL's tables and Java's differ: bytes and PostgreSQL's character, in hex, one pair after the other. */
    String[] differences() {
        return switch (this) {
            case UHC -> new String[] {"a2e8", "327e"};
            case JOHAB -> new String[] {"d9e8", "327e"};
            // Java's are those of the edition of 2022, PostgreSQL's of 2000
            case GB18030 -> ("a6d9 e78d a6da e78e a6db e78f a6dc e790 a6dd e791 a6de e792 a6df e793 a6ec e794 "
                    + "a6ed e795 a6f3 e796 a8bc e7c7 fe59 e81e fe61 e826 fe66 e82b fe67 e82c fe6d e832 fe7e e843 "
                    + "fe90 e854 fea0 e864").split(" ");
            default -> new String[0];
        };
    }

    /** Whether PostgreSQL's table has no private characters where Java's charset has some. */
    boolean isWithoutPrivate() {
        return this == SJIS || this == GBK;
    }
}
