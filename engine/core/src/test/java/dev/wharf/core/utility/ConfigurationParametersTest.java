package dev.wharf.core.utility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wharf.core.error.PgError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationParametersTest {
    private static final String WORKERS = ConfigurationParameters.MAX_PARALLEL_COPY_WORKERS;
    private final ConfigurationParameters settings = new ConfigurationParameters();

    @ParameterizedTest
    @CsvSource({"3,3", "' 3 ',3", "1.5,2", "2.5,2", "0x10,16", "010,8", "64,64", "0,0", "1e1,10"})
    void integers(String value, int expected) {
        settings.set("Max_Parallel_Copy_Workers", value);
        assertEquals(expected, settings.copyTuning().workers());
        settings.reset(WORKERS);
        assertEquals(new ConfigurationParameters().copyTuning().workers(), settings.copyTuning().workers());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            99 | 22023 99 is outside the valid range for parameter "max_parallel_copy_workers" (0 .. 64)
            -1 | 22023 -1 is outside the valid range for parameter "max_parallel_copy_workers" (0 .. 64)
            foo | 22023 invalid value for parameter "max_parallel_copy_workers": "foo"
            10kB | 22023 invalid value for parameter "max_parallel_copy_workers": "10kB"
            99999999999 | 22023 invalid value for parameter "max_parallel_copy_workers": "99999999999"
            1e999999 | 22023 invalid value for parameter "max_parallel_copy_workers": "1e999999"
            """)
    void refused(String value, String expected) {
        PgError e = assertThrows(PgError.class, () -> settings.set(WORKERS, value));
        assertEquals(expected, e.sqlState() + " " + e.getMessage());
    }

    @Test
    void unknownAndPreset() {
        PgError unknown = assertThrows(PgError.class, () -> settings.set("Foo", "1"));
        assertEquals("42704 unrecognized configuration parameter \"Foo\"", unknown.sqlState() + " " + unknown.getMessage());
        PgError preset = assertThrows(PgError.class, () -> settings.set("server_encoding", "LATIN1"));
        assertEquals("55P02 parameter \"server_encoding\" cannot be changed", preset.sqlState() + " " + preset.getMessage());
    }

    @Test
    void messageLevels() {
        assertTrue(settings.sends("NOTICE"));
        assertFalse(settings.sends("DEBUG1"));
        settings.set("client_min_messages", "Warning");
        assertFalse(settings.sends("NOTICE"));
        assertTrue(settings.sends("WARNING"));
    }
}
