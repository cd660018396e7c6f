// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.WeightSource;
import dev.llamapanama.tensor.WeightUse;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Rows of activations that a plan begins with. The SPI lets activations in by an embedding only, so a run includes the copy of its
 * rows; beside a matrix that is below a hundredth.
 *
 * @param values the rows one after the other
 * @param table the same on the backend
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Rows(float[] values, Weights table) implements AutoCloseable {

    static Rows random(Backend backend, int count, int width, long seed, SegmentAllocator memory) {
        float[] values = SyntheticData.activations(count * width, seed);
        WeightSource source = WeightSource.of(memory.allocateFrom(ValueLayout.JAVA_FLOAT, values));
        return new Rows(
                values, backend.importWeights("rows", DType.F32, new Shape(count, width), source, WeightUse.ROWS));
    }

    int width() {
        return (int) table.shape().cols();
    }

    int count() {
        return (int) table.shape().rows();
    }

    /** An element. */
    float at(int row, int column) {
        return values[row * width() + column];
    }

    /** The rows of a step, inside a plan. */
    Tensor embed(Ops ops) {
        Tensor x = ops.temp(Tensor.Rows.TOKENS, width());
        ops.embed(table, x);
        return x;
    }

    /** A plan that does something with the rows. */
    Plan record(Backend backend, int pages, BiFunction<Ops, Tensor, Tensor> body) {
        return backend.record(new StepShape(count(), 1, pages, count()), ops -> {
            Tensor result = body.apply(ops, embed(ops));
            Tensor kept = ops.temp(Tensor.Rows.LOGITS, result.width());
            ops.selectLogitRows(result, kept);
            ops.keepLogits(kept);
        });
    }

    /**
     * Makes the rows the input of the next runs of a plan.
     *
     * @param position of the first row
     * @param wanted how many rows of the result are wanted, counted from the last
     */
    void feed(Plan plan, int position, int wanted) {
        plan.inputs().clear();
        int[] ids = IntStream.range(0, count()).toArray();
        int[] pages = IntStream.range(0, plan.shape().maxPages()).toArray();
        plan.inputs().append(ids, 0, count(), position, pages, wanted);
    }

    @Override
    public void close() {
        table.close();
    }
}
