// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a JVM says that has no driver, or may not call it. A library stays loaded, so each has a JVM of its own. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MissingDriverTest {

    @Test
    void theLibraryThatWasLookedForIsNamed() throws Exception {
        String reason = reason("-Ddev.llamapanama.gpu.driver=libnot-there.so.1", "--enable-native-access=ALL-UNNAMED");
        assertTrue(reason.startsWith("false found no library libnot-there.so.1, expected "), reason);
    }

    @Test
    void deniedNativeAccessIsExplainedWithTheFlag() throws Exception {
        String reason = reason("--illegal-native-access=deny");
        assertTrue(reason.startsWith("false native access is denied"), reason);
        assertTrue(reason.contains("--enable-native-access=dev.llamapanama.gpu"), reason);
    }

    private static String reason(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), UsabilityMain.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
        assertEquals(0, process.exitValue(), said);
        return said;
    }
}
