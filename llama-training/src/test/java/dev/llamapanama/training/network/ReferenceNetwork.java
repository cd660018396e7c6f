// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import dev.llamapanama.config.LlamaConfig;

/** The decoder in double precision, token by token, as the papers write it. Shares nothing with the network but the layout of weights. */
public final class ReferenceNetwork {
    private final LlamaConfig config;
    private final Parameters layout;
    private final double[] weights;
    private final Batch batch;

    /**
     * @param layout says where each tensor lies in the weights
     */
    public ReferenceNetwork(Parameters layout, double[] weights, Batch batch) {
        this.config = layout.config();
        this.layout = layout;
        this.weights = weights;
        this.batch = batch;
    }

    /** Normalised last hidden states. */
    public double[][] states() {
        double[][] x = new double[batch.size()][];
        for (int t = 0; t < x.length; t++) {
            x[t] = row("token_embd.weight", batch.tokens[t], config.dim());
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            attention("blk." + layer + ".", x);
            feedForward("blk." + layer + ".", x);
        }
        double[][] states = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            states[t] = norm("output_norm.weight", x[t]);
        }
        return states;
    }

    public double[] logits(double[] state) {
        return times(config.tiedEmbeddings() ? "token_embd.weight" : "output.weight", state, config.vocabSize());
    }

    /** Of each target; 0 where it is ignored. */
    public double[] logProbabilities(double[][] states) {
        double[] result = new double[states.length];
        for (int t = 0; t < result.length; t++) {
            if (batch.targets[t] >= 0) {
                double[] logits = logits(states[t]);
                double sum = 0;
                for (double logit : logits) {
                    sum += Math.exp(logit);
                }
                result[t] = logits[batch.targets[t]] - Math.log(sum);
            }
        }
        return result;
    }

    private void attention(String block, double[][] x) {
        double[][] q = new double[x.length][];
        double[][] k = new double[x.length][];
        double[][] v = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double[] normed = norm(block + "attn_norm.weight", x[t]);
            q[t] = turned(times(block + "attn_q.weight", normed, config.queryDim()), position(t));
            k[t] = turned(times(block + "attn_k.weight", normed, config.kvDim()), position(t));
            v[t] = times(block + "attn_v.weight", normed, config.kvDim());
        }
        for (int t = 0; t < x.length; t++) {
            double[] attended = new double[config.queryDim()];
            for (int head = 0; head < config.heads(); head++) {
                head(head, q[t], k, v, t, attended);
            }
            add(x[t], times(block + "attn_output.weight", attended, config.dim()));
        }
    }

    private void head(int head, double[] q, double[][] k, double[][] v, int t, double[] attended) {
        int width = config.headDim();
        int kv = head / (config.heads() / config.kvHeads()) * width;
        double[] weight = new double[t + 1];
        double sum = 0;
        for (int key = t - position(t); key <= t; key++) {
            double score = 0;
            for (int i = 0; i < width; i++) {
                score += q[head * width + i] * k[key][kv + i];
            }
            weight[key] = Math.exp(score / Math.sqrt(width));
            sum += weight[key];
        }
        for (int key = t - position(t); key <= t; key++) {
            for (int i = 0; i < width; i++) {
                attended[head * width + i] += weight[key] / sum * v[key][kv + i];
            }
        }
    }

    private void feedForward(String block, double[][] x) {
        for (double[] token : x) {
            double[] normed = norm(block + "ffn_norm.weight", token);
            double[] gate = times(block + "ffn_gate.weight", normed, config.ffnDim());
            double[] up = times(block + "ffn_up.weight", normed, config.ffnDim());
            for (int i = 0; i < up.length; i++) {
                up[i] *= gate[i] / (1 + Math.exp(-gate[i]));
            }
            add(token, times(block + "ffn_down.weight", up, config.dim()));
        }
    }

    private int position(int t) {
        int document = 0;
        while (batch.starts[document + 1] <= t) {
            document++;
        }
        return t - batch.starts[document];
    }

    private double[] turned(double[] x, int position) {
        for (int i = 0; i < x.length; i += 2) {
            double angle =
                    position * Math.pow(config.rope().theta(), -(double) (i % config.headDim()) / config.headDim());
            double a = x[i];
            double b = x[i + 1];
            x[i] = a * Math.cos(angle) - b * Math.sin(angle);
            x[i + 1] = a * Math.sin(angle) + b * Math.cos(angle);
        }
        return x;
    }

    private double[] norm(String name, double[] x) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        double[] y = row(name, 0, x.length);
        for (int i = 0; i < x.length; i++) {
            y[i] *= x[i] / Math.sqrt(squares / x.length + config.normEps());
        }
        return y;
    }

    private double[] times(String name, double[] x, int rows) {
        int offset = offset(name);
        double[] y = new double[rows];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < x.length; i++) {
                y[row] += weights[offset + row * x.length + i] * x[i];
            }
        }
        return y;
    }

    private double[] row(String name, int row, int cols) {
        double[] y = new double[cols];
        System.arraycopy(weights, offset(name) + row * cols, y, 0, cols);
        return y;
    }

    private int offset(String name) {
        ParameterTensor tensor = layout.tensors().get(name);
        if (tensor == null) {
            throw new AssertionError(name);
        }
        return tensor.offset();
    }

    private static void add(double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            x[i] += y[i];
        }
    }
}
