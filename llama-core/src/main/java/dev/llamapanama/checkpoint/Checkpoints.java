// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Opens model files of any format that a {@link CheckpointReader} on the module or class path knows. */
public final class Checkpoints {
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
        FileStart start = FileStart.of(path, "a model file");
        List<String> formats = new ArrayList<>();
        for (CheckpointReader reader :
                ServiceLoader.load(CheckpointReader.class, CheckpointReader.class.getClassLoader())) {
            if (reader.recognises(path, start.bytes())) {
                return reader;
            }
            formats.add(reader.format());
        }
        throw start.refuse(formats);
    }
}
