// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory of this process and the machine, as far as the operating system says: Linux says most. */
final class ProcessMemory {
    private static final Path MACHINE = Path.of("/proc/meminfo");
    private static final Path PROCESS = Path.of("/proc/self/status");

    private ProcessMemory() {}

    /** The most memory this process has held at once ("resident set"), mapped files included; empty but on Linux. */
    static OptionalLong peak() {
        return field(PROCESS, "VmHWM");
    }

    /**
     * Memory that may still be taken: what Linux could give without swapping, elsewhere all there is; no more than the limit of the
     * container. What other processes of the same container hold isn't known.
     */
    static long available() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long total = system.getTotalMemorySize();
        return Math.min(total, field(MACHINE, "MemAvailable").orElse(total));
    }

    private static OptionalLong field(Path file, String name) {
        if (!Files.isReadable(file)) {
            return OptionalLong.empty();
        }
        try {
            return field(Files.readString(file), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes that a line such as {@code VmHWM:  123 kB} tells; there, kB are 1024 bytes. */
    static OptionalLong field(String lines, String name) {
        Matcher matcher = Pattern.compile("^" + Pattern.quote(name) + ":\\s+(\\d+) kB$", Pattern.MULTILINE)
                .matcher(lines);
        return matcher.find() ? OptionalLong.of(1024 * Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }
}
