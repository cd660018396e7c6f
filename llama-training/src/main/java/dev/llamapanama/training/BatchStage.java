// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

/**
 * How large steps are from some point of the training on.
 *
 * @param fromTokens tokens seen before
 * @param batchTokens tokens of a step: a multiple of the length of sequences
 * @param sequenceLength tokens of a packed sequence
 */
public record BatchStage(long fromTokens, int batchTokens, int sequenceLength) {
    /** Checks that sequences fill a batch. */
    public BatchStage {
        FieldException.require(fromTokens >= 0, "fromTokens", fromTokens, "0 or more");
        FieldException.require(sequenceLength > 0, "sequenceLength", sequenceLength, "1 or more");
        boolean filled = batchTokens > 0 && batchTokens % sequenceLength == 0;
        FieldException.require(
                filled, "batchTokens", batchTokens, "a multiple of sequenceLength (" + sequenceLength + ")");
    }

    /** Sequences of a step. */
    public int sequences() {
        return batchTokens / sequenceLength;
    }
}
