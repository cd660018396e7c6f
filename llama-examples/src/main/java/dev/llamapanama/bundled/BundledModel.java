// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.bundled;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Llama Panama Stories, the model that comes with this module: it writes stories for children, and tells one when asked in the chat format of Llama 2.
 * What it is made of, and the licences: {@code docs/default-model.md}. Built with Llama.
 *
 * <p>Models are mapped and so have to be files: the first use copies it out of the jar into the user's folder for caches ({@code XDG_CACHE_HOME} or
 * {@code ~/.cache} on Linux), or to a temporary file where that can't be written to.
 */
public final class BundledModel {
    private static final String NAME = "llama-panama-stories";
    private static final int DIGITS = 16;

    private BundledModel() {}

    /**
     * The model as a file.
     *
     * @throws UncheckedIOException if it can't be copied anywhere
     */
    public static Path file() {
        try {
            URL resource = resource(".gguf");
            return resource.getProtocol().equals("file")
                    ? Path.of(URI.create(resource.toString()))
                    : copyIn(CacheFolder.of(System.getenv(), System.getProperties()));
        } catch (IOException e) {
            throw new UncheckedIOException("bundled model: " + e.getMessage(), e);
        }
    }

    static Path copyIn(Path cache) throws IOException {
        Path copy = cache.resolve(NAME + "-" + sha256().substring(0, DIGITS) + ".gguf");
        try {
            if (!Files.isRegularFile(copy)) {
                Files.createDirectories(cache);
                Path unfinished = Files.createTempFile(cache, NAME, ".part");
                writeTo(unfinished);
                Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE);
            }
            return copy;
        } catch (IOException e) {
            Path temporary = Files.createTempFile(NAME, ".gguf");
            temporary.toFile().deleteOnExit();
            writeTo(temporary);
            return temporary;
        }
    }

    /** Names the copy, so that another version of the model is another file. */
    static String sha256() throws IOException {
        try (InputStream in = resource(".sha256").openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
        }
    }

    private static void writeTo(Path file) throws IOException {
        try (InputStream in = resource(".gguf").openStream()) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static URL resource(String extension) throws IOException {
        URL found = BundledModel.class.getResource(NAME + extension);
        if (found == null) {
            throw new FileNotFoundException(NAME + extension + " is missing");
        }
        return found;
    }
}
