// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.LlamaConfigBuilder;
import java.util.Random;

/** Small shapes and batches with everything in them that may go wrong. */
public final class TestNetworks {
    private TestNetworks() {}

    /** Sizes that fill no tile; two query heads to each key/value head. */
    public static LlamaConfigBuilder config() {
        return LlamaConfig.builder()
                .dim(10)
                .layers(2)
                .heads(4)
                .kvHeads(2)
                .headDim(6)
                .ffnDim(9)
                .vocabSize(13)
                .contextLength(64);
    }

    /** Larger than at the start of training, so that nothing is nearly linear; norms around 1. */
    public static Parameters parameters(LlamaConfig config) {
        Parameters parameters = Parameters.zero(config);
        Random random = new Random(1);
        for (ParameterTensor tensor : parameters.tensors().values()) {
            for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
                parameters.values()[i] =
                        (float) (tensor.isMatrix() ? 0.4 * random.nextGaussian() : 1 + 0.2 * random.nextGaussian());
            }
        }
        return parameters;
    }

    /** Three packed documents, of which one is a single token; every fourth target is ignored. */
    public static Batch batch(int rows, int vocabulary) {
        Random random = new Random(2);
        int[] tokens = random.ints(rows, 0, vocabulary).toArray();
        int[] targets = random.ints(rows, 0, vocabulary).toArray();
        for (int row = 3; row < rows; row += 4) {
            targets[row] = Batch.IGNORED;
        }
        return Batch.of(tokens, targets, new int[] {0, rows / 2, rows / 2 + 1});
    }
}
