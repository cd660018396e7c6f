// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PreTokenizerTest {
    private static final String[] PARTS = {
        "a",
        "b",
        "S",
        "'s",
        "'T",
        "'re",
        "'VE",
        "'M",
        "'ll",
        "'D",
        "'\u017F",
        "'",
        " ",
        "  ",
        "\t",
        "\r",
        "\n",
        "\u0085",
        "\u00A0",
        "\u000B",
        "\u001C",
        "\u2028",
        "\u3000",
        "\u200B",
        "1",
        "\u0663",
        "\u2167",
        "\u00BD",
        ".",
        "/",
        "_",
        "\u0301",
        "\u01C5",
        "\u02B0",
        "\u4F60",
        "\u00DF",
        "\u0130",
        "\u0131",
        "\uD83E\uDD99",
        "\uD835\uDC00",
        "\uD835\uDC1A",
        "\uD801\uDC37",
        "\uFFFD",
        "\u0000",
        "\uFEFF",
        "\u0E33",
        "\u093F"
    };

    private static List<String> split(PreTokenizer preTokenizer, String text) {
        List<String> parts = new ArrayList<>();
        char[] letters = text.toCharArray();
        int end;
        for (int at = 0; at < letters.length; at = end) {
            end = preTokenizer.splitter().end(letters, at, letters.length);
            parts.add(text.substring(at, end));
        }
        return parts;
    }

    /** The regular expression itself, by the engine of the library. */
    private static List<String> match(PreTokenizer preTokenizer, String text) {
        return Pattern.compile(preTokenizer.pattern(), Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void llama3SplitsContractionsNumbersAndSpaces() {
        assertEquals(
                List.of("I", "'LL", " pay", " $", "123", "456", "7", ".", "89", "!"),
                split(PreTokenizer.LLAMA_3, "I'LL pay $1234567.89!"));
        assertEquals(
                List.of(" ", " def", " f", "(x", "):\n", "\treturn", "\r\n\r\n"),
                split(PreTokenizer.LLAMA_3, "  def f(x):\n\treturn\r\n\r\n"));
        assertEquals(List.of("x", "'\u017F", "ab"), split(PreTokenizer.LLAMA_3, "x'\u017Fab"));
        assertEquals(List.of("\u0085", "\u0085x"), split(PreTokenizer.LLAMA_3, "\u0085\u0085x"));
    }

    @Test
    void llama4KeepsContractionsWithTheirWordAndSplitsAtCapitals() {
        assertEquals(List.of("HTTPServer", " caf\u00E9"), split(PreTokenizer.LLAMA_4, "HTTPServer caf\u00E9"));
        assertEquals(List.of("camel", "Case", " don't", " I'LL"), split(PreTokenizer.LLAMA_4, "camelCase don't I'LL"));
        assertEquals(List.of("://", "a", ".b"), split(PreTokenizer.LLAMA_4, "://a.b"));
    }

    @Test
    void splitAsTheAlternativesSay() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(14); n > 0; n--) {
                text.append(PARTS[random.nextInt(PARTS.length)]);
            }
            for (PreTokenizer preTokenizer : PreTokenizer.values()) {
                assertEquals(match(preTokenizer, text.toString()), split(preTokenizer, text.toString()));
            }
            assertEquals(SplitReference.llama3(text.toString()), split(PreTokenizer.LLAMA_3, text.toString()));
            assertEquals(SplitReference.llama4(text.toString()), split(PreTokenizer.LLAMA_4, text.toString()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyCharacterIsSplitAsThePatternSays(PreTokenizer preTokenizer) {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c += c < 0x3000 ? 1 : 7) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                String text = "a" + Character.toString(c) + "B " + Character.toString(c) + Character.toString(c) + "'s";
                assertEquals(match(preTokenizer, text), split(preTokenizer, text));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLongRunOfOneCharacterTakesNoStackAndLittleTime(PreTokenizer preTokenizer) {
        for (String part : PARTS) {
            String text = part.repeat(250_000 / part.length());
            for (String around : List.of("", "a", " ", "\n", "1", "!")) {
                int length = assertTimeout(
                        Duration.ofSeconds(10),
                        () -> split(preTokenizer, text + around).stream()
                                .mapToInt(String::length)
                                .sum());
                assertEquals(text.length() + around.length(), length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-bpe", "llama3", "llama-v3", "falcon3"})
    void knowsTheNamesOfLlama3(String name) {
        assertEquals(Optional.of(PreTokenizer.LLAMA_3), PreTokenizer.named(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama4", "gpt-4o"})
    void knowsTheNamesOfLlama4(String name) {
        assertEquals(Optional.of(PreTokenizer.LLAMA_4), PreTokenizer.named(name));
    }
}
