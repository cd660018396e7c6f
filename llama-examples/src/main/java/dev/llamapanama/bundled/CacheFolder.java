// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.bundled;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/** Where programs of this system keep what they can make again. */
final class CacheFolder {
    private CacheFolder() {}

    /**
     * @param environment of the process
     * @param properties of the JVM
     */
    static Path of(Map<String, String> environment, Properties properties) {
        return parent(environment, properties).resolve("llama-panama");
    }

    private static Path parent(Map<String, String> environment, Properties properties) {
        Path home = Path.of(properties.getProperty("user.home", ""));
        String system = properties.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.startsWith("windows")) {
            String local = environment.get("LOCALAPPDATA");
            return local == null ? home.resolve("AppData", "Local") : Path.of(local);
        }
        if (system.startsWith("mac")) {
            return home.resolve("Library", "Caches");
        }
        Path stated = Path.of(environment.getOrDefault("XDG_CACHE_HOME", ""));
        return stated.isAbsolute() ? stated : home.resolve(".cache");
    }
}
