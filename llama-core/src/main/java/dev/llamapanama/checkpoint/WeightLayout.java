// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.Shape;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The weights that a decoder of a configuration reads: canonical names and shapes. Names are those of llama.cpp
 * (gguf-py constants), shapes {@code [outputs, inputs]}. Readers check what they found by it.
 */
public final class WeightLayout {
    private WeightLayout() {}

    /** Visits every weight, layer by layer; the visitor may end the walk by throwing. */
    public static void forEach(LlamaConfig config, BiConsumer<String, Shape> visitor) {
        visitor.accept("token_embd.weight", new Shape(config.vocabSize(), config.dim()));
        for (int layer = 0; layer < config.layers(); layer++) {
            String prefix = "blk." + layer + ".";
            BiConsumer<String, Shape> inLayer = (name, shape) -> visitor.accept(prefix + name + ".weight", shape);
            attention(config, inLayer);
            inLayer.accept("ffn_norm", Shape.vector(config.dim()));
            MoeConfig moe = config.moe();
            if (moe != null && moe.inLayer(layer)) {
                mixture(config.dim(), moe, inLayer);
            } else {
                swiGlu(config.dim(), config.ffnDim(), 1, "", inLayer);
            }
        }
        visitor.accept("output_norm.weight", Shape.vector(config.dim()));
        if (!config.tiedEmbeddings()) {
            visitor.accept("output.weight", new Shape(config.vocabSize(), config.dim()));
        }
    }

    /**
     * Checks that the tensors are exactly the weights of the configuration: none missing, none of another shape, and
     * none that a decoder would silently leave out.
     *
     * @throws CheckpointException that names the tensor
     */
    public static void check(Path file, LlamaConfig config, Map<String, CheckpointTensor> tensors) {
        refuseForeignParts(file, config, tensors);
        Set<String> used = HashSet.newHashSet(tensors.size());
        forEach(config, (name, shape) -> {
            CheckpointTensor tensor = tensors.get(name);
            if (tensor == null) {
                throw new CheckpointException(file, name, "no such tensor", "shape " + shape);
            }
            if (!tensor.shape().equals(shape)) {
                throw new CheckpointException(file, name, "shape " + tensor.shape(), "shape " + shape);
            }
            used.add(name);
        });
        for (String name : tensors.keySet()) {
            if (!used.contains(name)) {
                throw new CheckpointException(file, name, "a tensor with this name", "only weights of a Llama");
            }
        }
    }

    /** Names what makes the model another one before the weights that are missing because of it. */
    private static void refuseForeignParts(Path file, LlamaConfig config, Map<String, CheckpointTensor> tensors) {
        for (String name : tensors.keySet()) {
            if (name.endsWith(".bias")) {
                throw new CheckpointException(file, name, "a bias", "a Llama, which has none");
            }
            if (name.contains(".attn_qkv.")) {
                throw new CheckpointException(file, name, "fused attention weights", "attn_q, attn_k and attn_v apart");
            }
            boolean expert = name.contains("_exps.") || name.contains("_shexp.") || name.contains("_gate_inp.");
            if (expert && config.moe() == null) {
                throw new CheckpointException(file, name, "an expert", "a dense model, as the configuration says");
            }
        }
    }

    private static void attention(LlamaConfig config, BiConsumer<String, Shape> visitor) {
        long queryDim = (long) config.heads() * config.headDim();
        long kvDim = (long) config.kvHeads() * config.headDim();
        visitor.accept("attn_norm", Shape.vector(config.dim()));
        visitor.accept("attn_q", new Shape(queryDim, config.dim()));
        visitor.accept("attn_k", new Shape(kvDim, config.dim()));
        visitor.accept("attn_v", new Shape(kvDim, config.dim()));
        visitor.accept("attn_output", new Shape(config.dim(), queryDim));
    }

    private static void mixture(int dim, MoeConfig moe, BiConsumer<String, Shape> visitor) {
        visitor.accept("ffn_gate_inp", new Shape(moe.experts(), dim));
        swiGlu(dim, moe.expertFfnDim(), moe.experts(), "_exps", visitor);
        swiGlu(dim, moe.expertFfnDim(), 1, "_shexp", visitor);
    }

    private static void swiGlu(int dim, int width, long experts, String suffix, BiConsumer<String, Shape> visitor) {
        visitor.accept("ffn_gate" + suffix, new Shape(experts * width, dim));
        visitor.accept("ffn_up" + suffix, new Shape(experts * width, dim));
        visitor.accept("ffn_down" + suffix, new Shape(experts * dim, width));
    }
}
