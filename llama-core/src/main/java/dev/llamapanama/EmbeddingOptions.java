// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import org.jspecify.annotations.Nullable;

/**
 * How a text becomes a vector. Immutable; {@link #DEFAULT} with changes.
 *
 * @param pooling which states it's made of
 * @param normalised whether its length is made 1
 * @param adapter by which it is computed, {@link Adapter#NONE} for the model alone, or null for what the model was opened with
 */
public record EmbeddingOptions(
        Pooling pooling, boolean normalised, @Nullable Adapter adapter) {
    /** The mean, of length 1. */
    public static final EmbeddingOptions DEFAULT = new EmbeddingOptions(Pooling.MEAN, true, null);

    /** Which states an embedding is made of: those that the final norm gives, of all tokens, the begin token included. */
    public enum Pooling {
        /** Their mean. */
        MEAN,
        /** That of the last token, which has seen all of the text. */
        LAST
    }

    /** With other states. */
    public EmbeddingOptions withPooling(Pooling choice) {
        return new EmbeddingOptions(choice, normalised, adapter);
    }

    /** Of length 1, or as it comes. */
    public EmbeddingOptions withNormalised(boolean choice) {
        return new EmbeddingOptions(pooling, choice, adapter);
    }

    /** With an adapter. */
    public EmbeddingOptions withAdapter(@Nullable Adapter choice) {
        return new EmbeddingOptions(pooling, normalised, choice);
    }
}
