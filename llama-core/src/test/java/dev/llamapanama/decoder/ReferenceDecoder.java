// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import dev.llamapanama.checkpoint.StoredAdapter;
import dev.llamapanama.checkpoint.TestAdapter;
import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.config.RopeScaling;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Halves;
import dev.llamapanama.tensor.RoundedActivations;
import dev.llamapanama.tensor.TypeDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Llama architecture in double precision, one formula of the papers after the other, token by token. Shares nothing with the engine but
 * the configuration.
 */
public final class ReferenceDecoder {
    private final LlamaConfig config;
    private final DType kvType;
    private final Map<String, DType> types = new HashMap<>();
    private final Map<String, double[]> weights = new HashMap<>();
    /** What adapters add, under the names of the weights, the head apart. */
    private final Map<String, double[]> deltas = new HashMap<>();

    /** Of each layer, of all tokens so far. */
    private final List<List<double[]>> keys = new ArrayList<>();

    private final List<List<double[]>> values = new ArrayList<>();

    private Margins margins = Margins.OF_FLOATS;
    private double error;
    private Random errors = new Random(0);
    private int token;
    private int decided = Integer.MAX_VALUE;

    /**
     * @param type how the matrices are stored, which rounds them
     * @param kvType how keys and values are stored
     */
    public ReferenceDecoder(TestModel model, DType type, DType kvType) {
        config = model.config();
        this.kvType = kvType;
        for (int layer = 0; layer < config.layers(); layer++) {
            keys.add(new ArrayList<>());
            values.add(new ArrayList<>());
        }
        model.weights().forEach((name, values) -> {
            DType stored = storedAs(name, type);
            types.put(name, stored);
            weights.put(name, TypeDefinition.decode(stored, TestEncoder.encode(stored, values)));
        });
    }

    /** Adds an adapter, whose products are never rounded. */
    public ReferenceDecoder with(TestAdapter adapter, double scale) {
        for (String name : adapter.pairs().keySet()) {
            double[] delta = adapter.delta(name);
            double[] sum = deltas.computeIfAbsent(name, unknown -> new double[delta.length]);
            for (int i = 0; i < delta.length; i++) {
                sum[i] += scale * delta[i];
            }
        }
        return this;
    }

    /** Takes numbers for undecided that are farther from the middle. */
    ReferenceDecoder with(Margins margins) {
        this.margins = margins;
        return this;
    }

    /** Puts whatever a matrix is multiplied with out by as much as this, relative to itself, at random. */
    ReferenceDecoder withErrors(double error, Random errors) {
        this.error = error;
        this.errors = errors;
        return this;
    }

    /** Vectors and routers stay F32; rows that don't fill blocks are F16. */
    private DType storedAs(String name, DType type) {
        if (name.endsWith("norm.weight") || name.endsWith("ffn_gate_inp.weight")) {
            return DType.F32;
        }
        int cols = config.dim();
        if (name.endsWith("attn_output.weight")) {
            cols = config.heads() * config.headDim();
        } else if (name.endsWith("ffn_down.weight")) {
            cols = config.ffnDim();
        } else if (name.contains("ffn_down_")) {
            cols = Objects.requireNonNull(config.moe()).expertFfnDim();
        }
        return cols % type.blockSize() == 0 ? type : DType.F16;
    }

    /** Logits after each of the tokens. */
    public double[][] logits(int[] ids) {
        forgetFrom(0);
        double[][] logits = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            logits[t] = next(ids[t]);
        }
        return logits;
    }

    /** What the final norm makes of each of the tokens. */
    public double[][] states(int[] ids) {
        forgetFrom(0);
        double[][] states = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            states[t] = state(ids[t]);
        }
        return states;
    }

    /** Logits after a token that follows those before. */
    double[] next(int id) {
        String head = config.tiedEmbeddings() ? "token_embd.weight" : "output.weight";
        return product(head, 0, 1, state(id), deltas.get(StoredAdapter.HEAD));
    }

    /** Takes back all tokens from one on. */
    void forgetFrom(int position) {
        for (List<double[]> rows : Stream.concat(keys.stream(), values.stream()).toList()) {
            rows.subList(position, rows.size()).clear();
        }
        decided = decided < position ? decided : Integer.MAX_VALUE;
    }

    private double[] state(int id) {
        token = keys.getFirst().size();
        double[] h = embedding(id);
        for (int layer = 0; layer < config.layers(); layer++) {
            attention(layer, "blk." + layer + ".", h);
            feedForward(layer, "blk." + layer + ".", h);
        }
        return rmsNorm(h, "output_norm.weight");
    }

    /**
     * Tokens, of those that logits were last asked for, before the first of which a number was so near the middle between two roundings that an
     * engine in F32 may take the other one.
     */
    public int decided() {
        return decided;
    }

    private double[] embedding(int id) {
        double[] row = new double[config.dim()];
        double[] delta = deltas.get(StoredAdapter.EMBEDDING);
        for (int i = 0; i < row.length; i++) {
            row[i] =
                    weight("token_embd.weight")[id * row.length + i] + (delta == null ? 0 : delta[id * row.length + i]);
        }
        return row;
    }

    private void attention(int layer, String block, double[] h) {
        AttentionPattern pattern = config.attention();
        boolean positions = pattern.nopeInterval() == 0 || layer % pattern.nopeInterval() != pattern.nopeInterval() - 1;
        int chunk = positions && pattern.chunkSize() > 0 ? pattern.chunkSize() : Integer.MAX_VALUE;
        double[] normed = rmsNorm(h, block + "attn_norm.weight");
        double[] q = placed(positions, product(block + "attn_q.weight", normed));
        keys.get(layer).add(stored(placed(positions, product(block + "attn_k.weight", normed))));
        values.get(layer).add(stored(product(block + "attn_v.weight", normed)));
        if (!positions && pattern.temperatureFloor() > 0) {
            double floor = Math.floor((token + 1.0) / pattern.temperatureFloor());
            multiply(q, 1 + pattern.temperatureScale() * Math.log(floor + 1));
        }
        double[] heads = new double[config.heads() * config.headDim()];
        for (int head = 0; head < config.heads(); head++) {
            attend(head, q, keys.get(layer), values.get(layer), token - token % chunk, heads);
        }
        add(h, product(block + "attn_output.weight", heads));
    }

    private double[] stored(double[] x) {
        double[] stored = x.clone();
        double least = margins.smallHalf() * rootMeanSquare(x);
        for (int i = 0; i < x.length && kvType == DType.F16; i++) {
            stored[i] = Halves.round(x[i]);
            double margin = Math.max(least, margins.half() * Math.abs(x[i]));
            if (Halves.round(x[i] - margin) != Halves.round(x[i] + margin)) {
                decided = Math.min(decided, token);
            }
        }
        return stored;
    }

    private static double rootMeanSquare(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(v -> v * v).average().orElseThrow());
    }

    private void attend(int head, double[] q, List<double[]> k, List<double[]> v, int first, double[] out) {
        int d = config.headDim();
        int shared = head / (config.heads() / config.kvHeads()) * d;
        double[] p = new double[token + 1];
        double max = Double.NEGATIVE_INFINITY;
        for (int t = first; t <= token; t++) {
            for (int i = 0; i < d; i++) {
                p[t] += q[head * d + i] * k.get(t)[shared + i];
            }
            p[t] /= Math.sqrt(d);
            max = Math.max(max, p[t]);
        }
        double sum = 0;
        for (int t = first; t <= token; t++) {
            p[t] = Math.exp(p[t] - max);
            sum += p[t];
        }
        for (int t = first; t <= token; t++) {
            for (int i = 0; i < d; i++) {
                out[head * d + i] += p[t] / sum * v.get(t)[shared + i];
            }
        }
    }

    private void feedForward(int layer, String block, double[] h) {
        MoeConfig moe = config.moe();
        double[] normed = rmsNorm(h, block + "ffn_norm.weight");
        if (moe == null || layer % moe.interleave() != moe.interleave() - 1) {
            add(h, swiGlu(block, "", 0, 1, normed));
            return;
        }
        add(h, swiGlu(block, "_shexp", 0, 1, normed));
        double[] logits = product(block + "ffn_gate_inp.weight", normed);
        for (int expert : largest(logits, moe.expertsPerToken())) {
            double[] scaled = normed.clone();
            multiply(scaled, 1 / (1 + Math.exp(-logits[expert])));
            add(h, swiGlu(block, "_exps", expert, moe.experts(), scaled));
        }
    }

    private List<Integer> largest(double[] logits, int count) {
        List<Integer> ranked = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -logits[i]))
                .toList();
        if (count < logits.length && logits[ranked.get(count - 1)] - logits[ranked.get(count)] < margins.tie()) {
            decided = Math.min(decided, token);
        }
        return ranked.subList(0, count);
    }

    private double[] swiGlu(String block, String suffix, int part, int parts, double[] x) {
        double[] gate = product(block + "ffn_gate" + suffix + ".weight", part, parts, x);
        double[] up = product(block + "ffn_up" + suffix + ".weight", part, parts, x);
        for (int i = 0; i < gate.length; i++) {
            gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
        }
        return product(block + "ffn_down" + suffix + ".weight", part, parts, gate);
    }

    private double[] rmsNorm(double[] x, String name) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        double[] normed = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            normed[i] = x[i] / Math.sqrt(squares / x.length + config.normEps()) * weight(name)[i];
        }
        return normed;
    }

    /** Queries or keys as they meet. */
    private double[] placed(boolean positions, double[] heads) {
        if (!positions) {
            return heads;
        }
        double[] turned = rotated(heads);
        int d = config.headDim();
        for (int from = 0; from < turned.length && config.attention().queryKeyNorm(); from += d) {
            double squares = 0;
            for (int i = from; i < from + d; i++) {
                squares += turned[i] * turned[i];
            }
            for (int i = from; i < from + d; i++) {
                turned[i] /= Math.sqrt(squares / d + config.normEps());
            }
        }
        return turned;
    }

    private double[] rotated(double[] heads) {
        int d = config.headDim();
        double[] turned = new double[heads.length];
        for (int i = 0; i < heads.length; i += 2) {
            int pair = i % d / 2;
            double angle = token * Math.pow(config.rope().theta(), -2.0 * pair / d) / divisor(pair);
            turned[i] = heads[i] * Math.cos(angle) - heads[i + 1] * Math.sin(angle);
            turned[i + 1] = heads[i] * Math.sin(angle) + heads[i + 1] * Math.cos(angle);
        }
        return turned;
    }

    private double divisor(int pair) {
        return switch (config.rope().scaling()) {
            case RopeScaling.None none -> 1;
            case RopeScaling.Linear linear -> linear.factor();
            case RopeScaling.Divisors divisors -> divisors.values().get(pair);
            case RopeScaling.Llama3 rule -> throw new IllegalArgumentException("no file states " + rule);
        };
    }

    private double[] product(String name, double[] activations) {
        return product(name, 0, 1, activations);
    }

    /** With one of the matrices that are stacked in the rows of a weight. */
    private double[] product(String name, int part, int parts, double[] activations) {
        return product(name, part, parts, activations, deltas.get(name));
    }

    private double[] product(String name, int part, int parts, double[] activations, double @Nullable [] delta) {
        double[] w = weight(name);
        DType type = Objects.requireNonNull(types.get(name));
        float[] floats = floats(activations);
        if (RoundedActivations.areNearMiddles(type, floats, margins.integer())) {
            decided = Math.min(decided, token);
        }
        double[] x = RoundedActivations.of(type, floats);
        double[] y = new double[w.length / x.length / parts];
        int first = part * y.length;
        for (int row = 0; row < y.length; row++) {
            for (int i = 0; i < x.length; i++) {
                y[row] += w[(first + row) * x.length + i] * x[i];
                y[row] += delta == null ? 0 : delta[(first + row) * x.length + i] * activations[i];
            }
        }
        return y;
    }

    private float[] floats(double[] x) {
        float[] floats = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            floats[i] = (float) (error == 0 ? x[i] : x[i] * (1 + error * errors.nextDouble(-1, 1)));
        }
        return floats;
    }

    private static void multiply(double[] x, double factor) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= factor;
        }
    }

    private static void add(double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            x[i] += y[i];
        }
    }

    private double[] weight(String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }
}
