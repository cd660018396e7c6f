// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Follows one generation: tells which tokens may come next, and is told which one came. As long as only tokens come that it allows, the
 * text can be completed. One for each generation; not safe for use by several threads.
 */
public final class GrammarMatcher {
    private final GrammarVocabulary vocabulary;
    private final GrammarMasks masks;
    private final int[] endTokens;
    private final int[] exits;
    private Configuration at;
    private boolean ended;
    private boolean begun;
    private boolean left;

    /**
     * At the beginning of a text.
     *
     * @param endTokens ids that end a generation; they are allowed exactly where the text is complete, whatever else they stand for
     * @throws IllegalArgumentException where one of them is not in the vocabulary
     */
    public GrammarMatcher(Grammar grammar, GrammarVocabulary vocabulary, Collection<Integer> endTokens) {
        this(grammar, vocabulary, endTokens, List.of());
    }

    /**
     * At the beginning of a text that may leave the grammar.
     *
     * @param exits ids after which anything may follow, where one of them comes first of all: what announces code, for example
     * @throws IllegalArgumentException where a token is not in the vocabulary
     */
    public GrammarMatcher(
            Grammar grammar, GrammarVocabulary vocabulary, Collection<Integer> endTokens, Collection<Integer> exits) {
        this.vocabulary = vocabulary;
        masks = vocabulary.masks(grammar);
        this.endTokens = sorted(endTokens);
        this.exits = sorted(exits);
        at = masks.configurations().start();
    }

    private int[] sorted(Collection<Integer> tokens) {
        tokens.forEach(this::requireToken);
        return tokens.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    private GrammarMatcher(GrammarMatcher other) {
        vocabulary = other.vocabulary;
        masks = other.masks;
        endTokens = other.endTokens;
        exits = other.exits;
        at = other.at;
        ended = other.ended;
        begun = other.begun;
        left = other.left;
    }

    /** Another matcher at the same place, for a generation that parts from this one. */
    public GrammarMatcher copy() {
        return new GrammarMatcher(this);
    }

    private void requireToken(int token) {
        if (token < 0 || token >= vocabulary.size()) {
            throw new IllegalArgumentException("token " + token + " is not in the vocabulary of " + vocabulary.size());
        }
    }

    /**
     * Makes the logits of all tokens that can't follow -∞ and leaves the others. End tokens can follow where the text is complete; where an
     * end token came, only they can.
     *
     * @param logits one for each token; there may be more than the vocabulary has
     * @throws IllegalArgumentException where there are fewer
     * @throws GrammarException where no token of this vocabulary can follow; never with a vocabulary that has every single byte as a token
     *     and a token that ends
     */
    public void mask(float[] logits) {
        if (logits.length < vocabulary.size()) {
            throw new IllegalArgumentException(
                    "logits: found " + logits.length + ", expected one for each of " + vocabulary.size() + " tokens");
        }
        if (left) {
            return;
        }
        float[] ends = logitsOf(endTokens, isComplete(), logits);
        float[] ways = logitsOf(exits, !begun, logits);
        boolean any = maskText(logits);
        set(endTokens, ends, logits);
        set(exits, ways, logits);
        if (!any && !(isComplete() && ends.length > 0) && !(!begun && ways.length > 0)) {
            throw new GrammarException(
                    "text",
                    "a place that no token of the vocabulary can follow",
                    "a vocabulary that can spell what has to come");
        }
    }

    private static float[] logitsOf(int[] tokens, boolean allowed, float[] logits) {
        float[] values = new float[tokens.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = allowed ? logits[tokens[i]] : Float.NEGATIVE_INFINITY;
        }
        return values;
    }

    private static void set(int[] tokens, float[] values, float[] logits) {
        for (int i = 0; i < values.length; i++) {
            logits[tokens[i]] = values[i];
        }
    }

    /** Whether any token but an end token can follow. */
    private boolean maskText(float[] logits) {
        if (ended) {
            Arrays.fill(logits, Float.NEGATIVE_INFINITY);
            return false;
        }
        TokenMask mask = masks.mask(at);
        mask.apply(logits);
        return !mask.isEmpty();
    }

    /** Whether a token may come next. */
    public boolean allows(int token) {
        requireToken(token);
        if (left || (!begun && isOf(exits, token))) {
            return true;
        }
        if (isOf(endTokens, token)) {
            return isComplete();
        }
        return !ended
                && vocabulary.index().bytes().length(token) > 0
                && after(token) != masks.configurations().dead();
    }

    private static boolean isOf(int[] tokens, int token) {
        return Arrays.binarySearch(tokens, token) >= 0;
    }

    private Configuration after(int token) {
        TokenBytes bytes = vocabulary.index().bytes();
        Configuration reached = at;
        for (int i = 0; i < bytes.length(token); i++) {
            reached = masks.configurations().next(reached, bytes.get(token, i));
        }
        return reached;
    }

    /**
     * Tells which token came.
     *
     * @throws IllegalArgumentException where it may not come; nothing has changed then
     */
    public void accept(int token) {
        if (!allows(token)) {
            throw new IllegalArgumentException("token " + token + " can't follow by the grammar");
        }
        left |= !begun && isOf(exits, token);
        begun = true;
        if (isOf(endTokens, token)) {
            ended = true;
        } else if (!left) {
            at = after(token);
        }
    }

    /** Whether the text so far is all that the grammar asks for. More may follow, unless {@link #isFinished()}. */
    public boolean isComplete() {
        return left || at.isComplete();
    }

    /** Whether the text is complete and nothing can follow: an end token came, or the grammar leaves nothing to say. */
    public boolean isFinished() {
        return ended || (!left && at.isComplete() && at.isLast());
    }
}
