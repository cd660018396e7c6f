// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** The rows of {@link LlamaVariant} together, and how one is found among them. */
final class VariantCatalogue {
    static final List<LlamaVariant> ALL = Stream.of(
                    Llama2Variants.ALL, Llama3Variants.ALL, Llama4Variants.ALL, RelativeVariants.ALL)
            .flatMap(List::stream)
            .toList();

    /** Files hold epsilon and divisors as float, configurations as decimal numbers. */
    private static final double FLOAT_TOLERANCE = 1e-6;

    private VariantCatalogue() {}

    static LlamaVariant byId(String id) {
        List<LlamaVariant> found = ALL.stream()
                .filter(variant -> bare(variant.id()).equals(bare(id)))
                .toList();
        Require.that(found.size() == 1, "Llama variant", id, "an id of the catalogue such as llama3.1-8b-instruct");
        return found.getFirst();
    }

    /** Published names differ in their hyphens and capitals: Llama-3.2-1B, llama3.2-1b. */
    private static String bare(String id) {
        return id.replace("-", "").toLowerCase(Locale.ROOT);
    }

    static List<LlamaVariant> recognise(LlamaConfig config) {
        List<LlamaVariant> sameMatrices = ALL.stream()
                .filter(variant -> sameMatrices(variant.config(), config))
                .toList();
        int best = sameMatrices.stream()
                .mapToInt(variant -> likeness(variant.config(), config))
                .max()
                .orElse(0);
        return sameMatrices.stream()
                .filter(variant -> likeness(variant.config(), config) == best)
                .toList();
    }

    private static boolean sameMatrices(LlamaConfig a, LlamaConfig b) {
        return a.dim() == b.dim()
                && a.layers() == b.layers()
                && a.heads() == b.heads()
                && a.kvHeads() == b.kvHeads()
                && a.headDim() == b.headDim()
                && a.ffnDim() == b.ffnDim()
                && a.vocabSize() == b.vocabSize()
                && a.crossAttentionLayers() == b.crossAttentionLayers()
                && Objects.equals(a.moe(), b.moe());
    }

    /** Frequencies outweigh the rest: no model works with others, whereas files change contexts and untie heads. */
    private static int likeness(LlamaConfig a, LlamaConfig b) {
        return (sameFrequencies(a, b) ? 5 : 0)
                + (a.contextLength() == b.contextLength() ? 1 : 0)
                + (close(a.normEps(), b.normEps()) ? 1 : 0)
                + (a.tiedEmbeddings() == b.tiedEmbeddings() ? 1 : 0)
                + (a.attention().equals(b.attention()) ? 1 : 0);
    }

    private static boolean sameFrequencies(LlamaConfig a, LlamaConfig b) {
        double[] one = a.rope().inverseFrequencies(a.headDim());
        double[] other = b.rope().inverseFrequencies(b.headDim());
        for (int i = 0; i < one.length; i++) {
            if (!close(one[i], other[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean close(double a, double b) {
        return Math.abs(a - b) <= FLOAT_TOLERANCE * Math.abs(a);
    }
}
