// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.training.kernel.Matrix;
import dev.llamapanama.training.kernel.Softmax;
import org.jspecify.annotations.Nullable;

/**
 * The end of the decoder: norm, matrix, and log-probabilities of targets. Logits exist for a block of tokens at a time, and only of tokens that
 * have a target.
 */
final class Head {
    /** So many logits at a time, which stay in the last cache. */
    private static final int LOGITS = 1 << 21;

    /** With fewer, packing the matrix would take as long as multiplying by it. */
    private static final int FEWEST_ROWS = 128;

    private static final int MOST_ROWS = 1024;

    private final Matrix norm;
    private final Matrix output;
    private final Matrix dNorm;
    private final Matrix dOutput;
    private final Operations ops;
    private final int block;
    private final Buffer factors;
    private final Buffer states;
    private final Buffer dStates;
    private final Buffer logits;
    private final Buffer inputs;
    private final Buffer dInputs;
    /** Of a block. */
    private final int[] rows;

    private final int[] targets;
    private final float[] blockProbabilities;

    Head(Parameters parameters, Parameters gradients, int tokens, Operations ops) {
        LlamaConfig config = parameters.config();
        String matrix = config.tiedEmbeddings() ? "token_embd.weight" : "output.weight";
        norm = parameters.matrix("output_norm.weight");
        output = parameters.matrix(matrix);
        dNorm = gradients.matrix("output_norm.weight");
        dOutput = gradients.matrix(matrix);
        this.ops = ops;
        block = Math.min(tokens, Math.clamp(LOGITS / config.vocabSize(), FEWEST_ROWS, MOST_ROWS));
        factors = new Buffer(tokens, 1);
        states = new Buffer(tokens, config.dim());
        dStates = new Buffer(tokens, config.dim());
        logits = new Buffer(block, config.vocabSize());
        inputs = new Buffer(block, config.dim());
        dInputs = new Buffer(block, config.dim());
        rows = new int[block];
        targets = new int[block];
        blockProbabilities = new float[block];
    }

    float[] states() {
        return states.data();
    }

    void forward(Matrix x) {
        ops.norm().forward(x, norm, states.rows(x.rows()), factors.data());
    }

    /** All logits of one token. */
    void logits(int row, float[] to) {
        Matrix state = Matrix.of(states.data(), row * norm.cols(), 1, norm.cols());
        ops.products().forward(state, output, Matrix.of(to, 1, output.rows()), false);
    }

    /** The log-probability of each target; of tokens without one 0. */
    void logProbabilities(Batch batch, float[] to) {
        inBlocks(batch, to, logits -> ops.softmax().logProbabilities(logits, targets, blockProbabilities), false);
    }

    /** Clears the gradients of states, or sets them. */
    void begin(int tokens, float @Nullable [] stateGradients) {
        Matrix d = dStates.rows(tokens);
        if (stateGradients == null) {
            ops.vectors().clear(d);
        } else {
            ops.vectors().copy(Matrix.of(stateGradients, tokens, norm.cols()), d);
        }
    }

    /** The same, and adds the gradients of the matrix and of the states. */
    void gradients(Batch batch, TokenGradient loss, float[] to) {
        Softmax.Gradient ofRow = (row, logProbability) -> loss.at(rows[row], logProbability);
        inBlocks(batch, to, logits -> ops.softmax().gradients(logits, targets, blockProbabilities, ofRow), true);
    }

    /**
     * @param x the last residual stream
     * @param d takes its gradient
     */
    void backward(Matrix x, Matrix d) {
        ops.vectors().clear(d);
        ops.norm().backward(x, norm, factors.data(), dStates.rows(x.rows()), d, dNorm);
    }

    @FunctionalInterface
    private interface OfLogits {
        void run(Matrix logits);
    }

    private void inBlocks(Batch batch, float[] to, OfLogits work, boolean backward) {
        int row = 0;
        while (row < batch.size()) {
            int count = 0;
            for (; row < batch.size() && count < block; row++) {
                to[row] = 0;
                if (batch.targets[row] != Batch.IGNORED) {
                    rows[count] = row;
                    targets[count++] = batch.targets[row];
                }
            }
            if (count > 0) {
                block(batch.size(), count, work, backward);
                for (int i = 0; i < count; i++) {
                    to[rows[i]] = blockProbabilities[i];
                }
            }
        }
    }

    private void block(int tokens, int count, OfLogits work, boolean backward) {
        Matrix x = inputs.rows(count);
        Matrix y = logits.rows(count);
        ops.embedding().forward(states.rows(tokens), rows, x);
        ops.products().forward(x, output, y, false);
        work.run(y);
        if (backward) {
            Matrix dx = dInputs.rows(count);
            ops.products().inputGradient(y, output, dx, false);
            ops.products().weightGradient(y, x, dOutput);
            ops.embedding().backward(dx, rows, dStates.rows(tokens));
        }
    }
}
