// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointReader;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.WeightLayout;
import dev.llamapanama.checkpoint.mapped.MappedCheckpoint;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.checkpoint.mapped.MappedFiles;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Reads GGUF, the format of llama.cpp (ggml docs/gguf.md): metadata, tokenizer and weights in one file, or split into several. */
public final class GgufReader implements CheckpointReader {
    @Override
    public String format() {
        return "GGUF v2 and v3";
    }

    @Override
    public boolean recognises(Path path, byte[] start) {
        return GgufHeader.begins(start);
    }

    @Override
    public Checkpoint read(Path path) {
        return MappedFiles.open(files -> describe(path, GgufShards.open(path, files), files));
    }

    @Override
    public @Nullable TokenizerDefinition readTokenizer(Path path) {
        GgufMetadata metadata = readMetadata(path);
        Path first = GgufShards.of(path, metadata).first();
        return GgufTokenizer.read(path, first.equals(path) ? metadata : readMetadata(first));
    }

    private static GgufMetadata readMetadata(Path path) {
        try (MappedFile file = MappedFile.open(path)) {
            return GgufHeader.readMetadata(file);
        }
    }

    private static Checkpoint describe(Path path, GgufHeader header, MappedFiles files) {
        GgufMetadata metadata = header.metadata();
        SequencedMap<String, CheckpointTensor> tensors = header.tensors();
        LlamaConfig config = new GgufConfig(path, metadata, tensors).read();
        SequencedMap<String, CheckpointTensor> others = new LinkedHashMap<>();
        CheckpointTensor divisors = tensors.remove(GgufRope.DIVISORS);
        if (divisors != null) {
            others.put(GgufRope.DIVISORS, divisors);
        }
        WeightLayout.check(path, config, tensors);
        TokenizerDefinition tokenizer = GgufTokenizer.read(path, metadata);
        if (tokenizer != null && tokenizer.pieces().size() != config.vocabSize()) {
            throw metadata.refuse(GgufTokenizer.TOKENS, config.vocabSize() + " tokens, as token_embd.weight has rows");
        }
        String format = "GGUF v" + header.version();
        return new MappedCheckpoint(path, files::close, format, config, metadata.plain(), tensors, tokenizer)
                .withOtherTensors(others);
    }
}
