package dev.wharf.core.types;

import static dev.wharf.core.types.DateTimeKeywords.DTZ;
import static dev.wharf.core.types.DateTimeKeywords.DYNTZ;
import static dev.wharf.core.types.DateTimeKeywords.TZ;

/**
 * The time zone abbreviations of PostgreSQL's {@code Default} set: those with a fixed offset in seconds east of UTC, as standard
 * (TZ) or daylight-saving (DTZ) time, and those that mean what a named zone has at the moment in question (DYNTZ).
 */
final class ZoneAbbreviations {
    static final WordTable WORDS = new WordTable()
            .add(TZ, -36000, "hst", "taht").add(TZ, -34200, "mart").add(TZ, -32400, "akst", "gamt").add(TZ, -28800, "pst")
            .add(TZ, -25200, "mst").add(TZ, -21600, "cst", "galt").add(TZ, -18000, "act", "cot", "est", "pet")
            .add(TZ, -14400, "amt", "ast", "bot").add(TZ, -12600, "nft", "nst")
            .add(TZ, -10800, "bra", "brt", "gft", "pmst", "uyt", "wgt").add(TZ, -7200, "fnt")
            .add(TZ, -3600, "azot", "egt").add(TZ, 0, "gmt", "uct", "ut", "utc", "wet", "z", "zulu")
            .add(TZ, 3600, "cet", "met", "mez", "wat").add(TZ, 7200, "eet", "ist", "sast").add(TZ, 10800, "eat", "fet")
            .add(TZ, 12600, "irt").add(TZ, 14400, "mut", "ret", "sct").add(TZ, 16200, "aft")
            .add(TZ, 18000, "mvt", "pkt", "tft", "tjt", "uzt").add(TZ, 20700, "npt")
            .add(TZ, 21600, "almt", "bdt", "btt", "xjt").add(TZ, 23400, "mmt").add(TZ, 25200, "cxt", "ict", "wast")
            .add(TZ, 28800, "awst", "bnt", "bort", "cct", "hkt", "myt", "pht").add(TZ, 31500, "acwst")
            .add(TZ, 32400, "jayt", "jst", "kst", "pwt").add(TZ, 34200, "acst", "cast")
            .add(TZ, 36000, "aest", "chut", "ddut", "ligt", "mpt", "pgt", "trut", "yapt").add(TZ, 37800, "lhst")
            .add(TZ, 39600, "pont", "vut").add(TZ, 43200, "fjt", "gilt", "mht", "nzst", "nzt", "tvt", "wakt", "wft")
            .add(TZ, 45900, "chast").add(TZ, 46800, "tot").add(DTZ, -28800, "akdt").add(DTZ, -25200, "pdt")
            .add(DTZ, -21600, "mdt").add(DTZ, -18000, "cdt").add(DTZ, -14400, "edt")
            .add(DTZ, -10800, "adt", "clst", "pyst").add(DTZ, -9000, "ndt")
            .add(DTZ, -7200, "brst", "pmdt", "uyst", "wgst").add(DTZ, -3600, "fnst").add(DTZ, 0, "azost", "egst")
            .add(DTZ, 3600, "bst", "wetdst").add(DTZ, 7200, "bdst", "cest", "cetdst", "mest", "mesz", "metdst")
            .add(DTZ, 10800, "eest", "eetdst", "idt").add(DTZ, 14400, "msd").add(DTZ, 18000, "must")
            .add(DTZ, 21600, "kgst", "pkst", "uzst", "yekst").add(DTZ, 25200, "almst").add(DTZ, 28800, "wadt")
            .add(DTZ, 32400, "awsst", "ulast", "wdt").add(DTZ, 36000, "kdt")
            .add(DTZ, 37800, "acdt", "acsst", "cadt", "sadt").add(DTZ, 39600, "aedt", "aesst")
            .add(DTZ, 46800, "fjst", "nzdt").add(DTZ, 49500, "chadt")
            .addZone(DYNTZ, "art", "America/Argentina/Buenos_Aires")
            .addZone(DYNTZ, "arst", "America/Argentina/Buenos_Aires").addZone(DYNTZ, "pyt", "America/Asuncion")
            .addZone(DYNTZ, "vet", "America/Caracas").addZone(DYNTZ, "gyt", "America/Guyana")
            .addZone(DYNTZ, "clt", "America/Santiago").addZone(DYNTZ, "davt", "Antarctica/Davis")
            .addZone(DYNTZ, "mawt", "Antarctica/Mawson").addZone(DYNTZ, "anast", "Asia/Anadyr")
            .addZone(DYNTZ, "anat", "Asia/Anadyr").addZone(DYNTZ, "tmt", "Asia/Ashgabat")
            .addZone(DYNTZ, "azst", "Asia/Baku").addZone(DYNTZ, "azt", "Asia/Baku").addZone(DYNTZ, "kgt", "Asia/Bishkek")
            .addZone(DYNTZ, "lkt", "Asia/Colombo").addZone(DYNTZ, "irkst", "Asia/Irkutsk")
            .addZone(DYNTZ, "irkt", "Asia/Irkutsk").addZone(DYNTZ, "petst", "Asia/Kamchatka")
            .addZone(DYNTZ, "pett", "Asia/Kamchatka").addZone(DYNTZ, "krast", "Asia/Krasnoyarsk")
            .addZone(DYNTZ, "krat", "Asia/Krasnoyarsk").addZone(DYNTZ, "magst", "Asia/Magadan")
            .addZone(DYNTZ, "magt", "Asia/Magadan").addZone(DYNTZ, "novst", "Asia/Novosibirsk")
            .addZone(DYNTZ, "novt", "Asia/Novosibirsk").addZone(DYNTZ, "omsst", "Asia/Omsk")
            .addZone(DYNTZ, "omst", "Asia/Omsk").addZone(DYNTZ, "sgt", "Asia/Singapore")
            .addZone(DYNTZ, "gest", "Asia/Tbilisi").addZone(DYNTZ, "get", "Asia/Tbilisi")
            .addZone(DYNTZ, "ulat", "Asia/Ulaanbaatar").addZone(DYNTZ, "vlast", "Asia/Vladivostok")
            .addZone(DYNTZ, "vlat", "Asia/Vladivostok").addZone(DYNTZ, "yakst", "Asia/Yakutsk")
            .addZone(DYNTZ, "yakt", "Asia/Yakutsk").addZone(DYNTZ, "yekt", "Asia/Yekaterinburg")
            .addZone(DYNTZ, "amst", "Asia/Yerevan").addZone(DYNTZ, "fkst", "Atlantic/Stanley")
            .addZone(DYNTZ, "fkt", "Atlantic/Stanley").addZone(DYNTZ, "lhdt", "Australia/Lord_Howe")
            .addZone(DYNTZ, "msk", "Europe/Moscow").addZone(DYNTZ, "volt", "Europe/Volgograd")
            .addZone(DYNTZ, "iot", "Indian/Chagos").addZone(DYNTZ, "easst", "Pacific/Easter")
            .addZone(DYNTZ, "east", "Pacific/Easter").addZone(DYNTZ, "tkt", "Pacific/Fakaofo")
            .addZone(DYNTZ, "lint", "Pacific/Kiritimati").addZone(DYNTZ, "kost", "Pacific/Kosrae")
            .addZone(DYNTZ, "nut", "Pacific/Niue").addZone(DYNTZ, "ckt", "Pacific/Rarotonga");

    private ZoneAbbreviations() {
    }
}
