// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StopStringsTest {

    @Test
    void holdsBackWhatMayBecomeAStop() {
        StopStrings stops = new StopStrings(List.of("</s>", "User:"));
        assertEquals("Hello ", stops.push("Hello U"));
        assertEquals("", stops.push("se"));
        assertEquals("Use of ", stops.push(" of "));
        assertEquals("", stops.push("<"));
        assertEquals("", stops.push("/"));
        assertEquals("</b>", stops.push("b>"));
        assertFalse(stops.found());
        assertEquals("!", stops.push("!User: hidden"));
        assertTrue(stops.found());
        assertEquals("", stops.flush());
    }

    @Test
    void withoutStopsEverythingPassesAtOnce() {
        StopStrings stops = new StopStrings(List.of());
        assertEquals("any", stops.push("any"));
        assertEquals("", stops.push(""));
        assertEquals("", stops.flush());
        assertFalse(stops.found());
    }

    @Test
    void ofSeveralStopsTheFirstToBeCompleteCounts() {
        assertEquals("xa", wholeText("xabc", List.of("abc", "b")));
        assertEquals("x", wholeText("xabc", List.of("c", "abc", "bc")));
    }

    /** Random texts in random pieces against a search through the whole text. */
    @Test
    void anyTextInAnyPieces() {
        Random random = new Random(41);
        int stopped = 0;
        for (int trial = 0; trial < 30_000; trial++) {
            String alphabet = trial % 2 == 0 ? "ab" : "abc\uD83E\uDD99ü";
            List<String> stops = Stream.generate(() -> text(random, alphabet, 1 + random.nextInt(5)))
                    .limit(random.nextInt(4))
                    .toList();
            String text = text(random, alphabet, random.nextInt(25));
            String expected = wholeText(text, stops);
            stopped += expected.length() < text.length() ? 1 : 0;
            assertReleases(expected, text, stops, random);
        }
        assertTrue(stopped > 5_000, stopped + " texts with a stop");
    }

    private static void assertReleases(String expected, String text, List<String> strings, Random random) {
        StopStrings stops = new StopStrings(strings);
        StringBuilder released = new StringBuilder();
        int pushed = 0;
        while (pushed < text.length() && !stops.found()) {
            int end = Math.min(text.length(), pushed + random.nextInt(6));
            released.append(stops.push(text.substring(pushed, end)));
            pushed = end;
            String soFar = released.toString();
            assertTrue(expected.startsWith(soFar), () -> soFar + " of " + text + " with " + strings);
            assertEquals(stops.found() ? expected.length() : pushed - heldBack(text, pushed, strings), soFar.length());
        }
        released.append(stops.flush());
        assertEquals(expected, released.toString());
        assertEquals(expected.length() < text.length(), stops.found());
    }

    /** Text before the stop that is complete first, the longest of those that are complete at the same place. */
    private static String wholeText(String text, List<String> stops) {
        for (int end = 1; end <= text.length(); end++) {
            String read = text.substring(0, end);
            int longest = stops.stream()
                    .filter(read::endsWith)
                    .mapToInt(String::length)
                    .max()
                    .orElse(0);
            if (longest > 0) {
                return text.substring(0, end - longest);
            }
        }
        return text;
    }

    private static int heldBack(String text, int pushed, List<String> stops) {
        return IntStream.rangeClosed(1, pushed)
                .filter(n -> stops.stream()
                        .anyMatch(stop -> stop.length() > n && stop.startsWith(text.substring(pushed - n, pushed))))
                .max()
                .orElse(0);
    }

    private static String text(Random random, String alphabet, int length) {
        return random.ints(length, 0, alphabet.length())
                .mapToObj(i -> alphabet.substring(i, i + 1))
                .collect(Collectors.joining());
    }
}
