// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * A chat or another text, with a mask of the tokens that are answers. Prompts, and what of an answer isn't to be learnt, have no loss. Immutable.
 */
public final class Example {
    private final int[] tokens;
    private final boolean[] answered;

    private Example(int[] tokens, boolean[] answered) {
        this.tokens = tokens;
        this.answered = answered;
    }

    /**
     * @param answered for each token, whether it is part of an answer; the first can't be, since nothing comes before it
     * @throws IllegalArgumentException if they don't fit together
     */
    public static Example of(int[] tokens, boolean[] answered) {
        if (tokens.length == 0 || tokens.length != answered.length) {
            throw new IllegalArgumentException(
                    "example: found " + tokens.length + " tokens and a mask of " + answered.length);
        }
        if (answered[0]) {
            throw new IllegalArgumentException("example: found its first token answered, expected a prompt");
        }
        return new Example(tokens.clone(), answered.clone());
    }

    /** A prompt and an answer, all of which is to be learnt. */
    public static Example of(int[] prompt, int[] answer) {
        int[] tokens = Arrays.copyOf(prompt, prompt.length + answer.length);
        System.arraycopy(answer, 0, tokens, prompt.length, answer.length);
        boolean[] answered = new boolean[tokens.length];
        Arrays.fill(answered, prompt.length, answered.length, true);
        return of(tokens, answered);
    }

    /** Number of tokens. */
    public int size() {
        return tokens.length;
    }

    /** One of the tokens. */
    public int token(int at) {
        return tokens[at];
    }

    /** Whether a token is part of an answer. */
    public boolean answered(int at) {
        return answered[at];
    }

    /** Number of tokens that are part of answers. */
    public int answerSize() {
        int count = 0;
        for (boolean each : answered) {
            count += each ? 1 : 0;
        }
        return count;
    }

    /**
     * The same tokens with another mask.
     *
     * @param answer whether a place is part of an answer
     */
    public Example answering(IntPredicate answer) {
        boolean[] mask = new boolean[tokens.length];
        for (int at = 0; at < mask.length; at++) {
            mask[at] = answer.test(at);
        }
        return of(tokens, mask);
    }

    boolean hasTokensOf(Example other) {
        return Arrays.equals(tokens, other.tokens);
    }
}
