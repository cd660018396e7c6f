// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.AdapterReader;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.StoredAdapter;
import dev.llamapanama.checkpoint.mapped.MappedFiles;
import dev.llamapanama.config.LlamaConfig;
import java.nio.file.Path;

/** Reads LoRA adapters of PEFT, Hugging Face's library: {@code adapter_config.json} and {@code adapter_model.safetensors}. */
public final class PeftAdapterReader implements AdapterReader {
    @Override
    public String format() {
        return "a PEFT folder with adapter_config.json and adapter_model.safetensors";
    }

    @Override
    public boolean recognises(Path path, byte[] start) {
        return AdapterFiles.areMeant(path);
    }

    @Override
    public StoredAdapter read(Path path, LlamaConfig base) {
        AdapterFiles adapter = AdapterFiles.of(path);
        if (base.crossAttentionLayers() > 0) {
            // The files number the decoder's blocks among those of cross-attention, whose places only config.json
            // tells.
            throw new CheckpointException(path, "format", "a PEFT adapter", "none for a model with cross-attention");
        }
        PeftConfig config = PeftConfig.read(adapter.config());
        return MappedFiles.open(files -> {
            PeftWeights weights =
                    new PeftWeights(files, base, config, SafetensorsHeader.read(files.map(adapter.weights())));
            return StoredAdapter.of(path, base, weights.pairs(), files::close);
        });
    }
}
