// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.InferenceEngine;
import dev.llamapanama.engine.KvSequence;
import java.util.function.ObjIntConsumer;

/**
 * Token-level access to a model: feed ids, get logits. Keys and values of what was fed are kept, so that only new tokens are
 * computed. One thread at a time; any number of sessions side by side.
 */
public final class Session implements AutoCloseable {
    private final InferenceEngine engine;
    private final KvSequence sequence;

    Session(InferenceEngine engine, int capacity) {
        this.engine = engine;
        sequence = engine.newSequence(capacity);
    }

    /** Tokens fed so far. */
    public int length() {
        return sequence.length();
    }

    /** Tokens that may be fed in all. */
    public int capacity() {
        return sequence.capacity();
    }

    /**
     * Feeds tokens.
     *
     * @return logits of the token that follows the last of them, one for each id of the vocabulary; the caller's own
     * @throws IllegalArgumentException if there are none, too many, or one is not of the vocabulary
     */
    public float[] feed(int... ids) {
        float[] logits = new float[engine.vocabSize()];
        engine.feed(sequence, ids, logits);
        return logits;
    }

    /**
     * Feeds tokens and hands out the logits that follow each of them, in order.
     *
     * @param each takes logits, which are its own, and the index of the token in {@code ids}
     */
    public void feedAll(int[] ids, ObjIntConsumer<float[]> each) {
        engine.feedAll(sequence, ids, each);
    }

    /** Forgets all tokens but the first so many. */
    public void rewind(int length) {
        sequence.rewind(length);
    }

    /** Gives its memory back. Idempotent. */
    @Override
    public void close() {
        sequence.close();
    }
}
