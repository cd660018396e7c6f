// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.bundled;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class CacheFolderTest {
    private static final Path HOME = Path.of("").toAbsolutePath();

    @Test
    void isWhereTheSystemHasCaches() {
        assertEquals(HOME.resolve(".cache", "llama-panama"), of("Linux", Map.of()));
        assertEquals(HOME.resolve("Library", "Caches", "llama-panama"), of("Mac OS X", Map.of()));
        assertEquals(HOME.resolve("AppData", "Local", "llama-panama"), of("Windows 11", Map.of()));
    }

    @Test
    void isWhereTheUserWantsIt() {
        Path stated = HOME.resolve("stated");
        assertEquals(stated.resolve("llama-panama"), of("Linux", Map.of("XDG_CACHE_HOME", stated.toString())));
        assertEquals(stated.resolve("llama-panama"), of("Windows 11", Map.of("LOCALAPPDATA", stated.toString())));
    }

    /** The specification of base directories has relative paths ignored. */
    @Test
    void aRelativePathIsNone() {
        assertEquals(HOME.resolve(".cache", "llama-panama"), of("Linux", Map.of("XDG_CACHE_HOME", "stated")));
    }

    private static Path of(String system, Map<String, String> environment) {
        Properties properties = new Properties();
        properties.setProperty("os.name", system);
        properties.setProperty("user.home", HOME.toString());
        return CacheFolder.of(environment, properties);
    }
}
