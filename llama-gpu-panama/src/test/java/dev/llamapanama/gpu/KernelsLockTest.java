// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The PTX that is shipped is what the sources say. It is a committed resource, so that building the project needs no CUDA toolkit: what
 * ties it to the sources is {@code kernels.lock}, and, where the toolkit that it names is at hand, that a new translation has the same bytes.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelsLockTest {
    private static final Path SOURCES = Path.of("src/main/cuda");
    private static final String REMEDY =
            "run llama-gpu-panama/src/main/cuda/build.sh, and commit kernels.lock and the two kernels-*.ptx.gz";

    @Test
    void itsSourcesAreThoseOfTheLock() throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.filter(KernelsLockTest::isSource).toList()) {
                found.put(file.getFileName().toString(), hash(Files.readAllBytes(file)));
            }
        }
        Map<String, String> expected = hashes();
        for (KernelTarget target : KernelTarget.values()) {
            expected.remove(ptx(target));
        }
        assertEquals(expected, found, REMEDY);
    }

    @ParameterizedTest
    @EnumSource
    void itIsThatOfTheLock(KernelTarget target) throws IOException {
        assertEquals(hashes().get(ptx(target)), hash(shipped(target)), REMEDY);
    }

    /** Byte for byte, where there is the compiler that it was made by. Other versions make other PTX, which says nothing. */
    @Test
    void aNewTranslationIsTheSame(@TempDir Path folder) throws IOException, InterruptedException {
        if (!run(folder, "nvcc", "--version").contains(", V" + field("nvcc") + "\n")) {
            return;
        }
        String script = SOURCES.resolve("build.sh").toAbsolutePath().toString();
        String output = run(folder, "sh", script, folder.toString());

        for (KernelTarget target : KernelTarget.values()) {
            Path translated = folder.resolve(ptx(target));
            assertTrue(Files.exists(translated), output);
            assertArrayEquals(shipped(target), Files.readAllBytes(translated), REMEDY);
        }
        assertEquals(lock(), Files.readAllLines(folder.resolve("kernels.lock")), REMEDY);
    }

    private static boolean isSource(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".cu") || name.endsWith(".cuh");
    }

    private static String ptx(KernelTarget target) {
        return target.resource().replace(".gz", "");
    }

    private static byte[] shipped(KernelTarget target) throws IOException {
        try (InputStream resource = KernelsLockTest.class.getResourceAsStream(target.resource())) {
            if (resource == null) {
                throw new AssertionError("resource " + target.resource() + ": found none; " + REMEDY);
            }
            return new GZIPInputStream(resource).readAllBytes();
        }
    }

    private static List<String> lock() throws IOException {
        return Files.readAllLines(SOURCES.resolve("kernels.lock"));
    }

    private static String field(String name) throws IOException {
        return lock().stream()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("kernels.lock: found no " + name + "; " + REMEDY));
    }

    /** The lines of a hash, two spaces, and a file. */
    private static Map<String, String> hashes() throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        for (String line : lock()) {
            if (line.indexOf("  ") == 64) {
                hashes.put(line.substring(66), line.substring(0, 64));
            }
        }
        return hashes;
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** What a command prints, and nothing if there is none of this name. */
    private static String run(Path folder, String... command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException noSuchCommand) {
            return "";
        }
        assertTrue(process.waitFor(4, TimeUnit.MINUTES), () -> String.join(" ", command) + ": still runs");
        return Files.readString(output);
    }
}
