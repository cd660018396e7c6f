// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.generation.LargestSampler;
import dev.llamapanama.tensor.LargestLogits;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The logits of one generation, token after token. What a {@link Drafter} guesses is run in the same step as the token before it: when a
 * guess comes true, the logits that follow it are at hand, and when it doesn't, it's forgotten (speculative decoding, arXiv 2211.17192,
 * with the choice of the sampler as the test). Since logits don't depend on what else a step has, tokens are to the last one what they
 * would be without guesses, however they are found.
 */
final class Lookahead implements AutoCloseable {
    private static final int[] NOTHING = {};

    private final InferenceEngine engine;
    private final KvSequence sequence;
    private final Drafter drafter;
    private final @Nullable LargestSampler sampler;
    private final Cancellation cancellation;
    private final GuessCount count;
    private float[] rows = {};
    private int[] guesses = NOTHING;
    private int right;
    /** Tokens of the sequence that are no guesses. */
    private int certain;

    private int drafted;
    private int accepted;

    /**
     * @param sampler who may do with the largest logits, or null where all are wanted
     */
    Lookahead(
            InferenceEngine engine,
            KvSequence sequence,
            Drafter drafter,
            @Nullable LargestSampler sampler,
            Cancellation cancellation) {
        this.engine = engine;
        this.sequence = sequence;
        this.drafter = drafter;
        this.sampler = sampler;
        this.cancellation = cancellation;
        count = new GuessCount(drafter.most());
        certain = sequence.length();
    }

    /** Tokens fed so far. */
    int length() {
        return certain;
    }

    /** Guesses that were run. */
    int drafted() {
        return drafted;
    }

    /** Those that came true. */
    int accepted() {
        return accepted;
    }

    /**
     * Runs tokens.
     *
     * @param logits takes those that follow the last of them
     * @return how many were run
     */
    int feed(int[] ids, float[] logits) {
        forgetGuesses();
        certain = sequence.length() + ids.length;
        return engine.feed(sequence, ids, logits, cancellation);
    }

    /**
     * Goes on with the last token of a text, which may have been guessed.
     *
     * @param length tokens of the text
     * @param room how many may follow this one
     * @param logits takes those that follow it, unless the largest are enough
     * @return the largest, if they are enough
     */
    @Nullable
    LargestLogits next(int[] text, int length, int room, float[] logits) {
        int token = text[length - 1];
        boolean guessed = right < guesses.length;
        boolean isRight = guessed && guesses[right] == token;
        if (guessed) {
            count.saw(isRight);
        }
        if (isRight) {
            right++;
            accepted++;
            certain++;
            System.arraycopy(rows, right * logits.length, logits, 0, logits.length);
            return null;
        }
        return step(text, length, room, logits);
    }

    private @Nullable LargestLogits step(int[] text, int length, int room, float[] logits) {
        long start = System.nanoTime();
        forgetGuesses();
        int most = Math.min(count.best(), Math.min(room, sequence.capacity() - certain - 1));
        int[] found = most > 0 ? drafter.draft(text, length, most, cancellation) : NOTHING;
        LargestLogits largest = null;
        certain++;
        if (found.length == 0) {
            largest = engine.feed(sequence, text[length - 1], sampler, logits, cancellation);
        } else {
            guesses = found;
            drafted += found.length;
            feedWithGuesses(text[length - 1], logits);
        }
        count.took(found.length, System.nanoTime() - start);
        return largest;
    }

    private void feedWithGuesses(int token, float[] logits) {
        int[] ids =
                IntStream.concat(IntStream.of(token), Arrays.stream(guesses)).toArray();
        if (rows.length < ids.length * logits.length) {
            rows = new float[ids.length * logits.length];
        }
        var _ = engine.feed(sequence, ids, ids.length, rows, cancellation);
        System.arraycopy(rows, 0, logits, 0, logits.length);
    }

    /** Forgets tokens from a position on. */
    void rewind(int length) {
        forgetGuesses();
        sequence.rewind(length);
        certain = length;
    }

    private void forgetGuesses() {
        if (sequence.length() > certain) {
            sequence.rewind(certain);
        }
        guesses = NOTHING;
        right = 0;
    }

    /** Leaves in the sequence what is certain. */
    @Override
    public void close() {
        forgetGuesses();
        drafter.close();
    }
}
