package dev.wharf.shmem.os;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
    @ParameterizedTest
    @CsvSource({"Mac OS X, aarch64", "Windows 11, amd64", "FreeBSD, amd64", "Linux, riscv64", "Linux, x86"})
    void elsewhereItIsAnErrorThatSaysWhatIsNeeded(final String osName, final String arch) {
        assertEquals("shared memory needs Linux on amd64 or aarch64 (futex, pidfd, /proc): this is " + osName + " on " + arch,
            assertThrows(UnsupportedOperationException.class, () -> Platform.check(osName, arch)).getMessage());
    }

    @Test
    void linuxWillDo() {
        assertDoesNotThrow(() -> Platform.check("Linux", "amd64"));
        assertDoesNotThrow(() -> Platform.check("Linux", "aarch64"));
    }
}
