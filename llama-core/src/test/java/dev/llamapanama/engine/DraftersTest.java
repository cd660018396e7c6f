// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DraftersTest {
    private static int[] lookUp(int longest, int most, int... text) {
        return new NgramDrafter(longest, most).draft(text, text.length, most, Cancellation.never());
    }

    @Test
    void whatFollowedBeforeIsGuessed() {
        assertArrayEquals(new int[] {3, 9}, lookUp(3, 2, 1, 2, 3, 9, 1, 2));
        assertArrayEquals(new int[] {3, 9, 1, 2}, lookUp(3, 8, 1, 2, 3, 9, 1, 2));
        assertArrayEquals(new int[] {}, lookUp(3, 8, 1, 2, 3, 9, 5, 2), "one token says too little");
        assertArrayEquals(new int[] {}, lookUp(3, 8, 7));
        assertArrayEquals(new int[] {7}, lookUp(3, 8, 7, 7, 7));
    }

    @Test
    void longerPlacesComeFirstAndLaterOnesBeforeEarlier() {
        assertArrayEquals(new int[] {4}, lookUp(3, 1, 9, 1, 2, 4, 8, 1, 2, 5, 9, 1, 2));
        assertArrayEquals(new int[] {5}, lookUp(2, 1, 9, 1, 2, 4, 8, 1, 2, 5, 9, 1, 2));
    }

    @Test
    void onlyTheTextCounts() {
        int[] text = {1, 2, 3, 1, 2, 1, 2, 7};
        assertArrayEquals(new int[] {3}, new NgramDrafter(3, 1).draft(text, 5, 1, Cancellation.never()));
    }

    /** Steps whose time grows by so much with each guess, of which so many in ten come true; the first takes long. */
    private static int settled(double growth, int rightOfTen) {
        GuessCount count = new GuessCount(8);
        int guessed = 0;
        for (int step = 0; step < 600; step++) {
            int guesses = count.best();
            guessed += step < 400 ? 0 : guesses;
            count.took(guesses, Math.round((step == 0 ? 20_000 : 1000) * (1 + growth * guesses)));
            for (int i = 0; i < guesses; i++) {
                boolean right = (step * 7 + i * 3) % 10 < rightOfTen;
                count.saw(right);
                if (!right) {
                    break;
                }
            }
        }
        return Math.round(guessed / 200f);
    }

    @Test
    void asManyAreGuessedAsPay() {
        assertEquals(8, settled(0.02, 10), "guesses that are free and right");
        assertTrue(settled(0.15, 0) <= 1, "guesses that are wrong");
        assertTrue(settled(1.1, 9) <= 1, "guesses that cost more than a step");
    }
}
