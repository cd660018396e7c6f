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
    private int next;

    /** @param tracked whether {@link #origin} will be asked */
    NormalizedText(int expected, boolean tracked) {
        this.tracked = tracked;
        letters = new char[expected];
        origins = tracked ? new int[expected] : NOT_WANTED;
    }

    /** A stretch of text as it stands. */
    static NormalizedText unchanged(char[] text, int from, int to, boolean tracked) {
        NormalizedText same = new NormalizedText(to - from, tracked);
        for (int at = from; at < to; at++) {
            same.add(text[at], at);
        }
        same.end(to);
        return same;
    }

    /** An empty text for what becomes of this one. */
    NormalizedText next() {
        NormalizedText next = new NormalizedText(length, tracked);
        next.end(originOfEnd);
        return next;
    }

    /** Adds a part of another text, with the origins of its characters. */
    void addAll(NormalizedText other, int start, int end) {
        for (int at = start; at < end; at++) {
            add(other.letters[at], other.origin(at));
        }
    }

    /** Adds another text, with its end. */
    void addAll(NormalizedText other) {
        addAll(other, 0, other.length);
        end(other.originOfEnd);
    }

    /** Adds characters of one origin. */
    void addAll(String text, int origin) {
        for (int i = 0; i < text.length(); i++) {
            add(text.charAt(i), origin);
        }
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

    /**
     * Where what a character comes from ends: where another begins, or the end. Asking for one place after another takes time
     * in proportion to the text.
     */
    int originEnd(int at) {
        if (next <= at || origin(next) <= origin(at)) {
            next = at + 1;
            while (next < length && origin(next) <= origin(at)) {
                next++;
            }
        }
        return origin(next);
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
