// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.decoder.Output;

/**
 * What is wanted of tokens that are run.
 *
 * @param output what a row has
 * @param width numbers of a row
 * @param rows of the last so many tokens
 */
record Wanted(Output output, int width, int rows) {
    /** How many rows a step has room for: logits are as long as the vocabulary. */
    int mostRows() {
        return output == Output.LOGITS ? Steps.MOST_ROWS : Steps.MOST_TOKENS;
    }
}
