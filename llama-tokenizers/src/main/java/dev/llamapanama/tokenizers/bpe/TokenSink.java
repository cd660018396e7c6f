// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.Encoding;
import java.util.Arrays;

/** Where tokens go as they are found: all that is wanted of them is their number, or their ids, or their places too. */
final class TokenSink {
    private static final int[] NOT_WANTED = {};

    private final boolean wantsIds;
    private final boolean wantsPlaces;
    private int[] ids;
    private int[] starts;
    private int[] ends;
    private int size;

    private TokenSink(boolean wantsIds, boolean wantsPlaces, int capacity) {
        this.wantsIds = wantsIds;
        this.wantsPlaces = wantsPlaces;
        ids = wantsIds ? new int[capacity] : NOT_WANTED;
        starts = wantsPlaces ? new int[capacity] : NOT_WANTED;
        ends = wantsPlaces ? new int[capacity] : NOT_WANTED;
    }

    static TokenSink ofNumber() {
        return new TokenSink(false, false, 0);
    }

    /** @param characters length of the text, to guess at how many tokens it has */
    static TokenSink ofIds(int characters) {
        return new TokenSink(true, false, guess(characters));
    }

    /** @param characters length of the text, to guess at how many tokens it has */
    static TokenSink ofPlaces(int characters) {
        return new TokenSink(true, true, guess(characters));
    }

    private static int guess(int characters) {
        return 8 + characters / 4;
    }

    boolean wantsPlaces() {
        return wantsPlaces;
    }

    /** A token that was made of the text from {@code start} to before {@code end}. */
    void add(int id, int start, int end) {
        if (wantsIds) {
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, 2 * size);
            }
            ids[size] = id;
            if (wantsPlaces) {
                addPlace(start, end);
            }
        }
        size++;
    }

    private void addPlace(int start, int end) {
        if (size >= starts.length) {
            starts = Arrays.copyOf(starts, ids.length);
            ends = Arrays.copyOf(ends, ids.length);
        }
        starts[size] = start;
        ends[size] = end;
    }

    /** Moves the tokens from {@code first} on to where the text that they were found in comes from. */
    void moveToOrigin(int first, NormalizedText text) {
        for (int i = first; wantsPlaces && i < size; i++) {
            ends[i] = ends[i] == starts[i] ? text.origin(starts[i]) : text.originEnd(ends[i] - 1);
            starts[i] = text.origin(starts[i]);
        }
    }

    /** Moves the end of the last token. */
    void extend(int end) {
        if (wantsPlaces) {
            ends[size - 1] = end;
        }
    }

    /** Tokens whose places aren't wanted. */
    void addAll(int[] tokens) {
        if (wantsIds) {
            if (size + tokens.length > ids.length) {
                ids = Arrays.copyOf(ids, Math.max(2 * size, size + tokens.length));
            }
            System.arraycopy(tokens, 0, ids, size, tokens.length);
        }
        size += tokens.length;
    }

    int size() {
        return size;
    }

    int[] ids() {
        return Arrays.copyOf(ids, size);
    }

    Encoding encoding() {
        return new Encoding(ids(), Arrays.copyOf(starts, size), Arrays.copyOf(ends, size));
    }
}
