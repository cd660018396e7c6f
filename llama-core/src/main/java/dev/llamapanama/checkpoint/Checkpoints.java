// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Opens model files of any format that a {@link CheckpointReader} on the module or class path knows. */
public final class Checkpoints {
    private static final int START = 64;

    private Checkpoints() {}

    /**
     * Maps a model file and checks its structure; the weights themselves are not read. The caller closes the result.
     *
     * @throws CheckpointException if there is no such file, no reader knows its format, or it is not as that format
     *     demands
     */
    public static Checkpoint open(Path path) {
        return readerOf(path).read(path);
    }

    /**
     * Reads the tokenizer that stands in a model file, which may lack weights: a "vocabulary only" GGUF file.
     *
     * @return null where the file has no tokenizer
     * @throws CheckpointException as {@link #open} does
     */
    public static @Nullable TokenizerDefinition readTokenizer(Path path) {
        return readerOf(path).readTokenizer(path);
    }

    private static CheckpointReader readerOf(Path path) {
        byte[] start = start(path);
        List<String> formats = new ArrayList<>();
        for (CheckpointReader reader :
                ServiceLoader.load(CheckpointReader.class, CheckpointReader.class.getClassLoader())) {
            if (reader.recognises(path, start.clone())) {
                return reader;
            }
            formats.add(reader.format());
        }
        throw new CheckpointException(
                path,
                "format",
                Files.isDirectory(path) ? "a folder" : "a file that begins " + inWords(start),
                "one of " + formats);
    }

    private static byte[] start(Path path) {
        if (Files.isDirectory(path)) {
            return new byte[0];
        }
        if (!Files.isRegularFile(path)) {
            String found = Files.exists(path) ? "something that is neither a file nor a folder" : "nothing";
            throw new CheckpointException(path, "path", found, "a model file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] start = in.readNBytes(START);
            if (start.length == 0) {
                throw new CheckpointException(path, "file length", 0, "a model file");
            }
            return start;
        } catch (IOException e) {
            throw new CheckpointException(path, e);
        }
    }

    private static String inWords(byte[] start) {
        int length = Math.min(start.length, 16);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(start[i] >= ' ' && start[i] <= '~' ? (char) start[i] : '.');
        }
        return HexFormat.ofDelimiter(" ").formatHex(start, 0, length) + " (" + text + ")";
    }
}
