// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import java.util.function.Consumer;

/** Text to train on, line by line. */
interface Lines {
    /** What to call it in messages. */
    String source();

    /**
     * Hands over every line without its line feed, but those of too many bytes.
     *
     * @param maxBytes most bytes of a line
     * @return how many lines were too long
     */
    long forEach(int maxBytes, Consumer<String> action);
}
