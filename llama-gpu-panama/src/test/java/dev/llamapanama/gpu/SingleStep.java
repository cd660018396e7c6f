// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.ValueLayout;

/**
 * One step of a plan that is made for it.
 *
 * @param mostTokens that the plan takes
 */
record SingleStep(Backend backend, int mostTokens) {

    /** Records operations on rows and returns their result. */
    interface Body {
        Tensor apply(Ops ops, Tensor x);
    }

    /** All rows of the result, for so many of a table. */
    float[] run(Weights table, int[] ids, Body body) {
        StepShape shape = new StepShape(mostTokens, 1, 1 + mostTokens / 16, mostTokens);
        try (Plan plan = backend.record(shape, ops -> {
            Tensor x = ops.temp(Tensor.Rows.TOKENS, (int) table.shape().cols());
            ops.embed(table, x);
            Tensor result = body.apply(ops, x);
            Tensor kept = ops.temp(Tensor.Rows.LOGITS, result.width());
            ops.selectLogitRows(result, kept);
            ops.keepLogits(kept);
        })) {
            plan.inputs().append(ids, 0, ids.length, 0, new int[shape.maxPages()], ids.length);
            return plan.run().toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
