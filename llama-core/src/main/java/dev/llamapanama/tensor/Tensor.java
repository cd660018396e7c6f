// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** Activations within a {@link Plan}: F32, one row for each token or for each row of logits of a step. */
public interface Tensor {

    /** What a row stands for. */
    Rows rows();

    /** Elements of a row. */
    int width();

    /** What the rows of a tensor stand for; how many there are is known only when a step runs. */
    enum Rows {
        /** The tokens of the step, in the order of {@link StepInputs}. */
        TOKENS,
        /** The tokens whose logits were asked for. */
        LOGITS
    }
}
