// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.util.Arrays;

/**
 * The tokens of a text and where in it they come from. Immutable.
 *
 * <p>Places are indices of {@code char}s in the text, so that {@code text.substring(start(i), end(i))} is what token
 * {@code i} was made of. They never go back from token to token. Where the bytes of one character are shared out among
 * several tokens, each of them has the place of that whole character, so that ranges overlap there and nowhere else.
 * What was not taken from the text has an empty range: begin and end tokens at its ends, a space that encoding puts
 * before the text (as a token of its own) where the text begins. Of spaces that encoding makes one
 * of, all belong to the token of that one; those that it leaves out at either end of a text belong to none.
 */
public final class Encoding {
    private final int[] ids;
    private final int[] starts;
    private final int[] ends;

    /**
     * Tokens and their places; the arrays are copied.
     *
     * @param ids the tokens
     * @param starts for every token the index of its first character
     * @param ends for every token the index after its last character
     * @throws IllegalArgumentException where the arrays differ in length
     */
    public Encoding(int[] ids, int[] starts, int[] ends) {
        if (starts.length != ids.length || ends.length != ids.length) {
            throw new IllegalArgumentException(
                    "found " + starts.length + " starts and " + ends.length + " ends, expected " + ids.length);
        }
        this.ids = ids.clone();
        this.starts = starts.clone();
        this.ends = ends.clone();
    }

    /** Number of tokens. */
    public int size() {
        return ids.length;
    }

    /** All ids, in a new array. */
    public int[] ids() {
        return ids.clone();
    }

    /**
     * The id of a token.
     *
     * @throws IndexOutOfBoundsException where the index is not in {@code [0, size())}
     */
    public int id(int index) {
        return ids[index];
    }

    /**
     * Where a token begins in the text.
     *
     * @throws IndexOutOfBoundsException where the index is not in {@code [0, size())}
     */
    public int start(int index) {
        return starts[index];
    }

    /**
     * Where a token ends in the text: the index after its last character.
     *
     * @throws IndexOutOfBoundsException where the index is not in {@code [0, size())}
     */
    public int end(int index) {
        return ends[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Encoding that
                && Arrays.equals(ids, that.ids)
                && Arrays.equals(starts, that.starts)
                && Arrays.equals(ends, that.ends);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return "Encoding" + Arrays.toString(ids);
    }
}
