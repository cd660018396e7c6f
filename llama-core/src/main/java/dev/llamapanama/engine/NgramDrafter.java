// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import java.util.Arrays;

/**
 * Guesses that what followed the same few tokens before will follow them again: prompt lookup decoding, as
 * {@code apoorvumang/prompt-lookup-decoding} describes it. Good where an answer repeats its prompt: summaries, corrections, code.
 *
 * @param longest tokens that are looked for at first; then fewer, down to {@link #SHORTEST}
 */
public record NgramDrafter(int longest, int most) implements Drafter {
    /** One token alone says too little. */
    public static final int SHORTEST = 2;

    @Override
    public int[] draft(int[] text, int length, int most, Cancellation cancellation) {
        for (int n = Math.min(longest, length - 1); n >= SHORTEST; n--) {
            int after = lastOccurrence(text, length, n);
            if (after > 0) {
                return Arrays.copyOfRange(text, after, Math.min(after + most, length));
            }
        }
        return new int[0];
    }

    /** Where the text goes on after the last earlier occurrence of its last n tokens, or 0. */
    private static int lastOccurrence(int[] text, int length, int n) {
        int last = text[length - 1];
        for (int end = length - 1; end >= n; end--) {
            if (text[end - 1] == last && Arrays.equals(text, end - n, end, text, length - n, length)) {
                return end;
            }
        }
        return 0;
    }
}
