// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

/** A way from text to a tokenizer. */
interface Recipe {
    TrainedTokenizer train(Lines text, TrainingProgress progress);
}
