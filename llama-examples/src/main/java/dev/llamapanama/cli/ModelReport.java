// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.LlamaVariant;
import dev.llamapanama.tensor.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What a model file holds.
 *
 * @param file the file
 * @param format its format and version
 * @param config the shape of the model
 * @param variants published models of this shape
 * @param parameters weights of the model
 * @param weightBytes what they take in the file
 * @param kvBytesPerToken what a token adds to the key/value cache, which holds what {@code --kv-type} says
 * @param capacity what it takes of this machine's memory
 * @param tokenizer its tokenizer, or why that can't be used
 * @param tensors those of the decoder in file order, then all others
 */
record ModelReport(
        String file,
        String format,
        LlamaConfig config,
        List<String> variants,
        long parameters,
        long weightBytes,
        long kvBytesPerToken,
        Capacity capacity,
        TokenizerReport tokenizer,
        List<TensorEntry> tensors) {

    static ModelReport of(Checkpoint checkpoint, ModelOptions options) {
        LlamaConfig config = checkpoint.config();
        long weights = weightBytes(checkpoint);
        DType kvType = options.kvType();
        return new ModelReport(
                checkpoint.path().toString(),
                checkpoint.format(),
                config,
                LlamaVariant.recognise(config).stream().map(LlamaVariant::id).toList(),
                config.parameterCount(),
                weights,
                config.kvBytesPerToken(Math.toIntExact(kvType.bytes(1))),
                Capacity.of(config, weights, options.context(), kvType, ProcessMemory.available()),
                TokenizerReport.of(checkpoint, options::openTokenizer),
                tensors(checkpoint).values().stream().map(TensorEntry::of).toList());
    }

    /** All that the file holds by name. */
    static SequencedMap<String, CheckpointTensor> tensors(Checkpoint checkpoint) {
        SequencedMap<String, CheckpointTensor> tensors = new LinkedHashMap<>(checkpoint.tensors());
        tensors.putAll(checkpoint.otherTensors());
        return tensors;
    }

    static long weightBytes(Checkpoint checkpoint) {
        return checkpoint.tensors().values().stream()
                .mapToLong(CheckpointTensor::bytes)
                .sum();
    }
}
