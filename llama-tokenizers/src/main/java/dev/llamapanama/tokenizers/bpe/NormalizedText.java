// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.Arrays;

/** Text after normalization, in the making, with the way back to where its characters come from. */
final class NormalizedText {
    private static final int[] NOT_WANTED = {};

    private final boolean tracked;
    private char[] letters;
    private int[] origins;
    private int length;
    private int originOfEnd;

    /** @param tracked whether {@link #origin} will be asked */
    NormalizedText(int expected, boolean tracked) {
        this.tracked = tracked;
        letters = new char[expected];
        origins = tracked ? new int[expected] : NOT_WANTED;
    }

    /** @param origin place in the text before normalization */
    void add(char c, int origin) {
        if (length == letters.length) {
            letters = Arrays.copyOf(letters, 2 * length + 1);
            origins = tracked ? Arrays.copyOf(origins, letters.length) : NOT_WANTED;
        }
        if (tracked) {
            origins[length] = origin;
        }
        letters[length++] = c;
    }

    /** @param origin where in the text before normalization what was taken of it ends */
    void end(int origin) {
        originOfEnd = origin;
    }

    /** Takes all characters of one kind off the end. */
    void stripTrailing(char c) {
        while (length > 0 && letters[length - 1] == c) {
            length--;
            originOfEnd = tracked ? origins[length] : originOfEnd;
        }
    }

    /** The characters, and more behind them; not to be written to. */
    char[] letters() {
        return letters;
    }

    int length() {
        return length;
    }

    /** Where a character comes from; for the place after the last, where what was taken ends. */
    int origin(int at) {
        return !tracked ? 0 : at < length ? origins[at] : originOfEnd;
    }
}
