// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import dev.llamapanama.checkpoint.StoredAdapter;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.WeightSource;
import dev.llamapanama.tensor.WeightUse;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What adapters add to the matrices of a decoder, on its backend. Immutable; closed before the {@link AdapterNumbers} it is made of. */
public final class AdapterWeights implements AutoCloseable {
    private final IdentityHashMap<Weights, Delta> products = new IdentityHashMap<>();
    private final List<Weights> imported = new ArrayList<>();
    private @Nullable Delta embedding;

    /**
     * What is added to a weight: {@code B · A}.
     *
     * @param a {@code [rank, inputs]}; of the embedding {@code [vocabulary, rank]}
     * @param b {@code [outputs, rank]}, scaled
     */
    record Delta(Weights a, Weights b) {
        int rank() {
            return Math.toIntExact(b.shape().cols());
        }
    }

    private AdapterWeights() {}

    /** Imports numbers for the decoder that they were read for. */
    public static AdapterWeights importFrom(AdapterNumbers numbers, DecoderWeights base, Backend backend) {
        AdapterWeights adapter = new AdapterWeights();
        try {
            for (LowRankSum sum : numbers.sums()) {
                adapter.add(sum, base, backend);
            }
            return adapter;
        } catch (RuntimeException | Error e) {
            adapter.close();
            throw e;
        }
    }

    private void add(LowRankSum sum, DecoderWeights base, Backend backend) {
        boolean rows = sum.weight().equals(StoredAdapter.EMBEDDING);
        WeightUse use = rows ? WeightUse.ROWS : WeightUse.PRODUCT;
        Weights a = imported(sum.weight() + ".lora_a", sum.shapeOfA(), sum.a(), use, backend);
        Weights b = imported(sum.weight() + ".lora_b", sum.shapeOfB(), sum.b(), WeightUse.PRODUCT, backend);
        if (rows) {
            embedding = new Delta(a, b);
        } else {
            products.put(base.of(sum.weight()).get(sum.expert()), new Delta(a, b));
        }
    }

    private Weights imported(String name, Shape shape, MemorySegment numbers, WeightUse use, Backend backend) {
        Weights weights = backend.importWeights(name, DType.F32, shape, WeightSource.of(numbers), use);
        imported.add(weights);
        return weights;
    }

    /** What is added to a weight where it is multiplied with, or null for nothing. */
    @Nullable
    Delta of(Weights weight) {
        return products.get(weight);
    }

    /** What is added where rows of the embedding table are looked up, or null for nothing. */
    @Nullable
    Delta ofEmbedding() {
        return embedding;
    }

    @Override
    public void close() {
        imported.forEach(Weights::close);
    }
}
