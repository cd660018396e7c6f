// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.llama2c;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointReader;
import dev.llamapanama.checkpoint.mapped.Cursor;
import dev.llamapanama.checkpoint.mapped.MappedCheckpoint;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.Little;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code .bin} files of karpathy/llama2.c, version 0: a header of seven integers and F32 weights, in the
 * interleaved RoPE layout that GGUF has too. The tokenizer stands in a file of its own.
 */
public final class Llama2cReader implements CheckpointReader {
    /** "ak42", which begins versions 1 and 2. */
    private static final int MAGIC = 0x616b3432;

    @Override
    public String format() {
        return "llama2.c v0";
    }

    @Override
    public boolean recognises(Path path, byte[] start) {
        if (start.length < Llama2cHeader.BYTES) {
            return false;
        }
        MemorySegment header = MemorySegment.ofArray(start);
        return header.get(Little.INT, 0) == MAGIC
                || Llama2cHeader.read(new Cursor(path, header, Llama2cHeader.BYTES))
                        .isPlausible();
    }

    @Override
    public Checkpoint read(Path path) {
        return MappedFile.open(path, Llama2cReader::describe);
    }

    @Override
    public @Nullable TokenizerDefinition readTokenizer(Path path) {
        return null;
    }

    private static Checkpoint describe(MappedFile file) {
        Cursor cursor = new Cursor(file.path(), file.data(), Llama2cHeader.BYTES);
        Llama2cHeader header = Llama2cHeader.read(cursor);
        if (header.dim() == MAGIC) {
            throw cursor.refuse("version", header.hidden(), "0: versions 1 and 2 (magic ak42) are not supported yet");
        }
        header.check(cursor);
        LlamaConfig config = header.config();
        return new MappedCheckpoint(
                file.path(),
                file::close,
                "llama2.c v0",
                config,
                header.metadata(),
                Llama2cWeights.slice(file, config),
                null);
    }
}
