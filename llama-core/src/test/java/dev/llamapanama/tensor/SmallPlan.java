// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** A few operations on chosen numbers. Closes the weights that it made. */
record SmallPlan(Backend backend, Arena arena, List<Weights> made) implements AutoCloseable {
    SmallPlan(Backend backend, Arena arena) {
        this(backend, arena, new ArrayList<>());
    }

    /** An F32 matrix. */
    Weights weights(int rows, int cols, float... values) {
        made.add(backend.importWeights(
                "w", DType.F32, new Shape(rows, cols), arena.allocateFrom(ValueLayout.JAVA_FLOAT, values)));
        return made.getLast();
    }

    /**
     * Runs operations on tokens of one sequence.
     *
     * @param width elements of a row
     * @param position of the first row
     * @param rows the rows one after the other
     * @param body records operations on them and returns their result
     * @return all rows of the result
     */
    float[] run(int width, int position, float[] rows, BiFunction<Ops, Tensor, Tensor> body) {
        int tokens = rows.length / width;
        Weights table = weights(tokens, width, rows);
        StepShape shape = new StepShape(tokens, 1, KvLayout.pagesFor(position + tokens), tokens);
        try (Plan plan = backend.record(shape, ops -> {
            Tensor x = ops.temp(Tensor.Rows.TOKENS, width);
            ops.embed(table, x);
            Tensor result = body.apply(ops, x);
            Tensor kept = ops.temp(Tensor.Rows.LOGITS, result.width());
            ops.selectLogitRows(result, kept);
            ops.keepLogits(kept);
        })) {
            int[] ids = IntStream.range(0, tokens).toArray();
            int[] pages = IntStream.range(0, shape.maxPages()).toArray();
            plan.inputs().append(ids, 0, tokens, position, pages, tokens);
            MemorySegment logits = plan.run();
            return logits.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    static Tensor like(Ops ops, Tensor x) {
        return ops.temp(x.rows(), x.width());
    }

    @Override
    public void close() {
        made.forEach(Weights::close);
    }
}
