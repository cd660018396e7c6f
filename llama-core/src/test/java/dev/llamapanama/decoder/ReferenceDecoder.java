// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.RopeScaling;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Halves;
import dev.llamapanama.tensor.RoundedActivations;
import dev.llamapanama.tensor.TypeDefinition;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The Llama architecture in double precision, one formula of the papers after the other, over whole sequences and without a
 * cache. Shares nothing with the engine but the configuration.
 */
public final class ReferenceDecoder {
    private static final double HALF_MARGIN = 1e-6;

    private final LlamaConfig config;
    private final DType kvType;
    private final Map<String, DType> types = new HashMap<>();
    private final Map<String, double[]> weights = new HashMap<>();
    private int token;
    private int decided = Integer.MAX_VALUE;

    /**
     * @param type how the matrices are stored, which rounds them
     * @param kvType how keys and values are stored
     */
    public ReferenceDecoder(TestModel model, DType type, DType kvType) {
        config = model.config();
        this.kvType = kvType;
        model.weights().forEach((name, values) -> {
            DType stored = storedAs(name, type);
            types.put(name, stored);
            weights.put(name, TypeDefinition.decode(stored, TestEncoder.encode(stored, values)));
        });
    }

    /** Vectors stay F32; rows that don't fill blocks are F16. */
    private DType storedAs(String name, DType type) {
        if (name.endsWith("norm.weight")) {
            return DType.F32;
        }
        int cols = name.endsWith("ffn_down.weight")
                ? config.ffnDim()
                : name.endsWith("attn_output.weight") ? config.heads() * config.headDim() : config.dim();
        return cols % type.blockSize() == 0 ? type : DType.F16;
    }

    /** Logits after each of the tokens. */
    public double[][] logits(int[] ids) {
        double[][] h = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            h[t] = embedding(ids[t]);
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            attention("blk." + layer + ".", h);
            feedForward("blk." + layer + ".", h);
        }
        String head = config.tiedEmbeddings() ? "token_embd.weight" : "output.weight";
        double[][] logits = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            token = t;
            logits[t] = product(head, rmsNorm(h[t], "output_norm.weight"));
        }
        return logits;
    }

    /**
     * Tokens, of those that logits were asked for, before the first of which a number was so near the middle between two roundings that an
     * engine in F32 may take the other one.
     */
    public int decided() {
        return decided;
    }

    private double[] embedding(int id) {
        double[] row = new double[config.dim()];
        System.arraycopy(weight("token_embd.weight"), id * row.length, row, 0, row.length);
        return row;
    }

    private void attention(String block, double[][] h) {
        double[][] q = new double[h.length][];
        double[][] k = new double[h.length][];
        double[][] v = new double[h.length][];
        for (int t = 0; t < h.length; t++) {
            token = t;
            double[] normed = rmsNorm(h[t], block + "attn_norm.weight");
            q[t] = rotated(product(block + "attn_q.weight", normed), t);
            k[t] = stored(rotated(product(block + "attn_k.weight", normed), t));
            v[t] = stored(product(block + "attn_v.weight", normed));
        }
        for (int t = 0; t < h.length; t++) {
            token = t;
            double[] heads = new double[config.heads() * config.headDim()];
            for (int head = 0; head < config.heads(); head++) {
                attend(head, q[t], k, v, t, heads);
            }
            add(h[t], product(block + "attn_output.weight", heads));
        }
    }

    private double[] stored(double[] x) {
        double[] stored = x.clone();
        for (int i = 0; i < x.length && kvType == DType.F16; i++) {
            stored[i] = Halves.round(x[i]);
            if (Halves.round(x[i] * (1 - HALF_MARGIN)) != Halves.round(x[i] * (1 + HALF_MARGIN))) {
                decided = Math.min(decided, token);
            }
        }
        return stored;
    }

    private void attend(int head, double[] q, double[][] k, double[][] v, int last, double[] out) {
        int d = config.headDim();
        int shared = head / (config.heads() / config.kvHeads()) * d;
        double[] p = new double[last + 1];
        double max = Double.NEGATIVE_INFINITY;
        for (int t = 0; t <= last; t++) {
            for (int i = 0; i < d; i++) {
                p[t] += q[head * d + i] * k[t][shared + i];
            }
            p[t] /= Math.sqrt(d);
            max = Math.max(max, p[t]);
        }
        double sum = 0;
        for (int t = 0; t <= last; t++) {
            p[t] = Math.exp(p[t] - max);
            sum += p[t];
        }
        for (int t = 0; t <= last; t++) {
            for (int i = 0; i < d; i++) {
                out[head * d + i] += p[t] / sum * v[t][shared + i];
            }
        }
    }

    private void feedForward(String block, double[][] h) {
        for (int t = 0; t < h.length; t++) {
            token = t;
            double[] x = h[t];
            double[] normed = rmsNorm(x, block + "ffn_norm.weight");
            double[] gate = product(block + "ffn_gate.weight", normed);
            double[] up = product(block + "ffn_up.weight", normed);
            for (int i = 0; i < gate.length; i++) {
                gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
            }
            add(x, product(block + "ffn_down.weight", gate));
        }
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

    private double[] rotated(double[] heads, int position) {
        int d = config.headDim();
        double[] turned = new double[heads.length];
        for (int i = 0; i < heads.length; i += 2) {
            int pair = i % d / 2;
            double angle = position * Math.pow(config.rope().theta(), -2.0 * pair / d) / divisor(pair);
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
        double[] w = weight(name);
        DType type = Objects.requireNonNull(types.get(name));
        if (RoundedActivations.areNearMiddles(type, floats(activations))) {
            decided = Math.min(decided, token);
        }
        double[] x = RoundedActivations.of(type, floats(activations));
        double[] y = new double[w.length / x.length];
        for (int row = 0; row < y.length; row++) {
            for (int i = 0; i < x.length; i++) {
                y[row] += w[row * x.length + i] * x[i];
            }
        }
        return y;
    }

    private static float[] floats(double[] x) {
        float[] floats = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            floats[i] = (float) x[i];
        }
        return floats;
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
