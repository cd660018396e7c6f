// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.BackendSelection;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A linear layer on random weights, through the Tensor SPI. Decoding is bound by reading the weights, and no model's stay in a cache:
 * each run takes the next of several copies.
 */
final class LinearLayer implements AutoCloseable {
    private static final int ROWS_CHECKED = 8;

    private final Arena arena = Arena.ofShared();
    private final DType type;
    private final MatrixSize size;
    private final Backend backend;
    private final MemorySegment stored;
    private final Rows rows;
    private final Weights[] weights;
    private final Plan[] plans;
    private final int layers;
    private int next;

    /**
     * @param threads of the backend; 0 for one on every core
     * @param tokens rows of activations
     * @param layers of a run, each with the next copy
     * @param coldBytes size of all copies together; 0 for one copy
     */
    LinearLayer(String backend, int threads, DType type, MatrixSize size, int tokens, int layers, long coldBytes) {
        this.type = type;
        this.size = size;
        this.layers = layers;
        this.backend =
                BackendSelection.open(backend, new BackendOptions(threads)).backend();
        stored = SyntheticData.weights(type, size.elements(), arena);
        rows = Rows.random(this.backend, tokens, size.cols(), 2, arena);
        plans = new Plan[(int) Math.max(1, coldBytes / stored.byteSize())];
        weights = new Weights[plans.length];
        for (int i = 0; i < plans.length; i++) {
            MemorySegment copy = i == 0 ? stored : SyntheticData.copy(stored, arena);
            weights[i] = this.backend.importWeights("w", type, new Shape(size.rows(), size.cols()), copy);
        }
        for (int i = 0; i < plans.length; i++) {
            int first = i;
            plans[i] = rows.record(this.backend, KvLayout.pagesFor(rows.count()), (ops, in) -> linears(ops, in, first));
            rows.feed(plans[i], 0, 1);
        }
    }

    private Tensor linears(Ops ops, Tensor in, int first) {
        Tensor out = ops.temp(Tensor.Rows.TOKENS, size.rows());
        for (int layer = 0; layer < layers; layer++) {
            ops.linear(in, weights[(first + layer) % weights.length], Epilogue.STORE, out);
        }
        return out;
    }

    /** Bytes of the weights that a run reads. */
    long weightBytes() {
        return stored.byteSize();
    }

    MemorySegment run() {
        next = (next + layers) % plans.length;
        return plans[next].run();
    }

    /**
     * Compares some rows of the first, the middle and the last token with plain products in double precision.
     *
     * @throws IllegalStateException if one is off
     */
    void check() {
        rows.feed(plans[0], 0, rows.count());
        MemorySegment found = plans[0].run();
        for (int i = 0; i < ROWS_CHECKED; i++) {
            int row = (int) ((long) i * (size.rows() - 1) / (ROWS_CHECKED - 1));
            float[] decoded = new float[size.cols()];
            type.decode(stored, row * type.bytes(size.cols()), decoded, 0, decoded.length);
            for (int token : new int[] {0, rows.count() / 2, rows.count() - 1}) {
                check(decoded, row, token, found.getAtIndex(ValueLayout.JAVA_FLOAT, (long) token * size.rows() + row));
            }
        }
    }

    private void check(float[] decoded, int row, int token, float found) {
        double sum = 0;
        double magnitude = 0;
        for (int i = 0; i < decoded.length; i++) {
            double product = (double) decoded[i] * rows.at(token, i);
            sum += product;
            magnitude += Math.abs(product);
        }
        double tolerance = ResultCheck.tolerance(backend.numerics(type)) * magnitude;
        ResultCheck.close(type + " linear, row " + row + ", token " + token, sum, found, tolerance);
    }

    @Override
    public void close() {
        for (Plan plan : plans) {
            plan.close();
        }
        for (Weights copy : weights) {
            copy.close();
        }
        rows.close();
        backend.close();
        arena.close();
    }
}
