// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.llama2c;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointReader;
import dev.llamapanama.checkpoint.mapped.Cursor;
import dev.llamapanama.checkpoint.mapped.MappedCheckpoint;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.checkpoint.mapped.MappedFiles;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.Little;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code .bin} files of karpathy/llama2.c: a header and F32 weights (versions 0 and 1) or bytes with a scale
 * for each group (version 2), in the interleaved RoPE layout that GGUF has too. The tokenizer stands in a file of its
 * own.
 */
public final class Llama2cReader implements CheckpointReader {
    @Override
    public String format() {
        return "llama2.c v0 to v2";
    }

    @Override
    public boolean recognises(Path path, byte[] start) {
        if (start.length < Llama2cHeader.BYTES) {
            return false;
        }
        MemorySegment header = MemorySegment.ofArray(start);
        return header.get(Little.INT, 0) == Llama2cHeader.MAGIC
                || Llama2cHeader.readPlain(new Cursor(path, header, Llama2cHeader.BYTES))
                        .isPlausible();
    }

    @Override
    public Checkpoint read(Path path) {
        return MappedFiles.open(files -> describe(files, files.map(path)));
    }

    @Override
    public @Nullable TokenizerDefinition readTokenizer(Path path) {
        return null;
    }

    private static Checkpoint describe(MappedFiles files, MappedFile file) {
        Cursor cursor = new Cursor(file.path(), file.data(), Llama2cHeader.PADDED_BYTES);
        Llama2cHeader header = begins(file, Llama2cHeader.MAGIC)
                ? Llama2cHeader.readVersioned(cursor)
                : Llama2cHeader.readPlain(cursor);
        header.check(cursor);
        LlamaConfig config = header.config();
        return new MappedCheckpoint(
                file.path(),
                files::close,
                "llama2.c v" + header.version(),
                config,
                header.metadata(),
                Llama2cWeights.slice(files, file, header),
                null);
    }

    private static boolean begins(MappedFile file, int magic) {
        return file.data().byteSize() >= Integer.BYTES && file.data().get(Little.INT, 0) == magic;
    }
}
