// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.training.kernel.CausalAttention;
import dev.llamapanama.training.kernel.Embedding;
import dev.llamapanama.training.kernel.Products;
import dev.llamapanama.training.kernel.RmsNorm;
import dev.llamapanama.training.kernel.Rope;
import dev.llamapanama.training.kernel.Softmax;
import dev.llamapanama.training.kernel.SwiGlu;
import dev.llamapanama.training.kernel.Vectors;
import dev.llamapanama.training.kernel.Workers;

/** What the layers of one network share: the operations of its configuration, by the same workers. */
record Operations(
        Embedding embedding,
        RmsNorm norm,
        Products products,
        Rope rope,
        CausalAttention attention,
        SwiGlu swiGlu,
        Softmax softmax,
        Vectors vectors) {

    static Operations of(LlamaConfig config, int tokens, Workers workers) {
        return new Operations(
                new Embedding(workers),
                new RmsNorm(workers, config.normEps()),
                new Products(workers),
                new Rope(workers, config.rope().inverseFrequencies(config.headDim()), tokens),
                new CausalAttention(workers, config.heads(), config.kvHeads(), config.headDim()),
                new SwiGlu(workers),
                new Softmax(workers),
                new Vectors(workers));
    }
}
