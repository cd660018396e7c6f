// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * A random LoRA adapter of a small model, to be written in the formats that the engine reads. The same seed gives the same numbers, which F16
 * holds exactly.
 */
public final class TestAdapter {
    private final LlamaConfig config;
    private final double alpha;
    private final Map<String, Pair> pairs = new TreeMap<>();

    /**
     * {@code B · A} for a weight, or for each of those that are stacked in it.
     *
     * @param weight shape of the weight
     * @param a {@code [rank, inputs]}; of the embedding, too, whose inputs are the vocabulary
     * @param b {@code [outputs, rank]}
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Pair(Shape weight, int experts, int rank, float[] a, float[] b) {
        public int inputs() {
            return a.length / rank / experts;
        }

        public int outputs() {
            return b.length / rank / experts;
        }
    }

    private TestAdapter(LlamaConfig config, double alpha) {
        this.config = config;
        this.alpha = alpha;
    }

    /** An adapter of all matrices, or of those whose names end so. */
    public static TestAdapter of(TestModel model, int rank, double alpha, long seed, String... names) {
        TestAdapter adapter = new TestAdapter(model.config(), alpha);
        Random random = new Random(seed);
        StoredAdapter.weights(model.config()).forEach((name, shape) -> {
            if (names.length == 0 || List.of(names).stream().anyMatch(end -> ("." + name).endsWith("." + end))) {
                adapter.pairs.put(name, adapter.pair(name, shape, rank, random));
            }
        });
        return adapter;
    }

    private Pair pair(String name, Shape shape, int rank, Random random) {
        MoeConfig moe = config.moe();
        int experts = moe != null && name.endsWith("_exps.weight") ? moe.experts() : 1;
        boolean embedding = name.equals(StoredAdapter.EMBEDDING);
        long inputs = embedding ? shape.rows() : shape.cols();
        long outputs = embedding ? shape.cols() : shape.rows();
        double size = embedding ? 1 : Math.sqrt((double) inputs);
        return new Pair(
                shape,
                experts,
                rank,
                values(random, (long) experts * rank * inputs, 1 / size),
                values(random, rank * outputs, 0.5));
    }

    /** Few bits, so that every type of floats holds them. */
    private static float[] values(Random random, long count, double size) {
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.round(16 * random.nextGaussian()) / 16f * Math.scalb(1f, Math.getExponent(size));
        }
        return values;
    }

    /** By canonical name. */
    public Map<String, Pair> pairs() {
        return pairs;
    }

    public double alpha() {
        return alpha;
    }

    /** What is added to a weight, row by row, under {@code alpha / rank}. */
    public double[] delta(String name) {
        Pair pair = Objects.requireNonNull(pairs.get(name));
        double[] delta = new double[(int) pair.weight.elements()];
        boolean embedding = name.equals(StoredAdapter.EMBEDDING);
        int inputs = pair.inputs();
        int outputs = pair.outputs();
        for (int e = 0; e < pair.experts; e++) {
            for (int o = 0; o < outputs; o++) {
                for (int i = 0; i < inputs; i++) {
                    double sum = 0;
                    for (int r = 0; r < pair.rank; r++) {
                        sum += (double) pair.b[(e * outputs + o) * pair.rank + r]
                                * pair.a[(e * pair.rank + r) * inputs + i];
                    }
                    delta[embedding ? i * outputs + o : (e * outputs + o) * inputs + i] = sum * alpha / pair.rank;
                }
            }
        }
        return delta;
    }

    /** As llama.cpp's convert_lora_to_gguf.py has it. */
    public GgufWriter gguf(DType type) {
        GgufWriter writer = new GgufWriter()
                .string("general.architecture", config.attention().equals(AttentionPattern.FULL) ? "llama" : "llama4")
                .string("general.type", "adapter")
                .string("adapter.type", "lora")
                .f32("adapter.lora.alpha", alpha);
        pairs.forEach((name, pair) -> {
            boolean embedding = name.equals(StoredAdapter.EMBEDDING);
            float[] a = embedding ? transposed(pair.a, pair.rank) : pair.a;
            int rows = embedding ? pair.inputs() : pair.rank;
            add(writer, type, name + ".lora_a", a, a.length / rows / pair.experts, rows, pair.experts);
            add(writer, type, name + ".lora_b", pair.b, pair.rank, pair.outputs(), pair.experts);
        });
        return writer;
    }

    private static void add(
            GgufWriter writer, DType type, String name, float[] values, int cols, int rows, int experts) {
        long[] ne = experts == 1 ? new long[] {cols, rows} : new long[] {cols, rows, experts};
        DType stored = cols % type.blockSize() == 0 ? type : DType.F32;
        writer.tensor(name, GgufWriter.ggmlId(stored), ne, TestEncoder.encode(stored, values));
    }

    private static float[] transposed(float[] matrix, int rows) {
        int cols = matrix.length / rows;
        float[] transposed = new float[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++) {
                transposed[col * rows + row] = matrix[row * cols + col];
            }
        }
        return transposed;
    }

    /** Writes a GGUF file into the folder. */
    public Path writeGguf(Path folder, String name) {
        return gguf(DType.F32).write(folder.resolve(name));
    }
}
