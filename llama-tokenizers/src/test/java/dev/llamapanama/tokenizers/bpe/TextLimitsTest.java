// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TextLimitsTest {

    private static List<Integer> lengths(TextLimits limits, String text) {
        List<Integer> lengths = new ArrayList<>();
        limits.forEach(text.toCharArray(), (from, to) -> lengths.add(to - from));
        return lengths;
    }

    @Test
    void runsWithAndWithoutWhiteSpaceAreCut() {
        assertEquals(List.of(25_000), lengths(TextLimits.META, "x".repeat(25_000)));
        assertEquals(List.of(25_000, 1), lengths(TextLimits.META, "x".repeat(25_001)));
        assertEquals(List.of(25_010, 25_000, 6), lengths(TextLimits.META, " ".repeat(10) + "x".repeat(50_005) + " "));
        assertEquals(List.of(25_000, 10), lengths(TextLimits.META, "\u001C\n\u3000 \u0085".repeat(5_002)));
        assertEquals(
                List.of(399_999), lengths(TextLimits.META, "x ".repeat(200_000).substring(1)));
    }

    @Test
    void charactersAreCountedAndNeverCut() {
        assertEquals(List.of(50_000, 2), lengths(TextLimits.META, "\uD83E\uDD99".repeat(25_001)));
        assertEquals(List.of(400_000, 400_000, 5), lengths(TextLimits.META, "a ".repeat(400_002) + "a"));
    }

    @Test
    void nothingIsCutElsewhere() {
        assertEquals(List.of(900_000), lengths(TextLimits.NONE, "x".repeat(900_000)));
        assertEquals(List.of(), lengths(TextLimits.NONE, ""));
        assertEquals(List.of(), lengths(TextLimits.META, ""));
    }
}
