// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointReader;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.WeightLayout;
import dev.llamapanama.checkpoint.mapped.MappedCheckpoint;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Path;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Reads GGUF, the format of llama.cpp (ggml docs/gguf.md): one file with metadata, tokenizer and weights. */
public final class GgufReader implements CheckpointReader {
    @Override
    public String format() {
        return "GGUF v2 and v3";
    }

    @Override
    public boolean recognises(Path path, byte[] start) {
        return start.length >= 4 && start[0] == 'G' && start[1] == 'G' && start[2] == 'U' && start[3] == 'F';
    }

    @Override
    public Checkpoint read(Path path) {
        return MappedFile.open(path, GgufReader::describe);
    }

    @Override
    public @Nullable TokenizerDefinition readTokenizer(Path path) {
        try (MappedFile file = MappedFile.open(path)) {
            return GgufTokenizer.read(path, GgufHeader.readMetadata(file));
        }
    }

    private static Checkpoint describe(MappedFile file) {
        GgufHeader header = GgufHeader.read(file);
        GgufMetadata metadata = header.metadata();
        SequencedMap<String, CheckpointTensor> tensors = header.tensors();
        LlamaConfig config = new GgufConfig(file.path(), metadata, tensors).read();
        // It has become part of the configuration.
        tensors.remove(GgufRope.DIVISORS);
        WeightLayout.check(file.path(), config, tensors);
        TokenizerDefinition tokenizer = GgufTokenizer.read(file.path(), metadata);
        if (tokenizer != null && tokenizer.pieces().size() != config.vocabSize()) {
            throw metadata.refuse(GgufTokenizer.TOKENS, config.vocabSize() + " tokens, as token_embd.weight has rows");
        }
        return new MappedCheckpoint(
                file.path(), file::close, "GGUF v" + header.version(), config, metadata.plain(), tensors, tokenizer);
    }
}
