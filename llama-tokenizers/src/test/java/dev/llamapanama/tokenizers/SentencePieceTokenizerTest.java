// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.llamapanama.tokenizers.EncodeOptions.Boundary;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Ids worked out by hand on vocabularies of a few pieces. */
final class SentencePieceTokenizerTest {
    private static List<String> pieces(Tokenizer tokenizer, String text) {
        return IntStream.of(tokenizer.encode(text)).mapToObj(tokenizer::piece).toList();
    }

    private static DefinitionBuilder letters() {
        return DefinitionBuilder.sentencePiece().pieces("\u2581", "a", "b", "c");
    }

    @Test
    void mergesTheHighestScoreFirst() {
        Tokenizer tokenizer = letters()
                .piece("ab", TokenType.NORMAL, -2)
                .piece("bc", TokenType.NORMAL, -1)
                .tokenizer();
        assertEquals(List.of("a", "bc"), pieces(tokenizer, "abc"));
    }

    @Test
    void ofEqualScoresTheLeftmostIsMerged() {
        Tokenizer tokenizer = letters()
                .piece("ab", TokenType.NORMAL, -0.0f)
                .piece("bc", TokenType.NORMAL, 0)
                .piece("aa", TokenType.NORMAL, 5)
                .tokenizer();
        assertEquals(List.of("ab", "c"), pieces(tokenizer, "abc"));
        assertEquals(List.of("aa", "a"), pieces(tokenizer, "aaa"));
    }

    /** Once b and c are merged, the score of a and b counts no more: abc waits for its own turn, and bcd is before it. */
    @Test
    void aPairThatIsGoneLeavesNoTrace() {
        Tokenizer tokenizer = letters()
                .pieces("d")
                .piece("bc", TokenType.NORMAL, -1)
                .piece("ab", TokenType.NORMAL, -2)
                .piece("bcd", TokenType.NORMAL, -3)
                .piece("abc", TokenType.NORMAL, -4)
                .tokenizer();
        assertEquals(List.of("a", "bcd"), pieces(tokenizer, "abcd"));
        assertEquals(List.of("abc", "a"), pieces(tokenizer, "abca"));
    }

    @Test
    void mergesPairsWhosePartsAreNoPieces() {
        Tokenizer tokenizer =
                DefinitionBuilder.sentencePiece().pieces("xy", "xyz").tokenizer();
        assertEquals(List.of("xyz"), pieces(tokenizer, "xyz"));
        assertEquals(List.of("<unk>", "xy"), pieces(tokenizer, "yzxy"));
    }

    @Test
    void dummyPrefixStandsBeforeEveryTextButTheEmptyOne() {
        Tokenizer tokenizer = letters()
                .pieces("\u2581a", "\u2581\u2581")
                .whitespace(true, false)
                .tokenizer();
        assertEquals(List.of("\u2581a", "b"), pieces(tokenizer, "ab"));
        assertEquals(List.of("\u2581", "\u2581a"), pieces(tokenizer, " a"));
        assertEquals(List.of("\u2581\u2581"), pieces(tokenizer, " "));
        assertEquals(List.of(), pieces(tokenizer, ""));
    }

    @Test
    void extraWhitespaceIsRemovedOnRequest() {
        Tokenizer tokenizer = letters().whitespace(true, true).tokenizer();
        assertEquals(List.of("\u2581", "a", "\u2581", "b"), pieces(tokenizer, "   a   b  "));
        assertEquals(List.of(), pieces(tokenizer, "    "));
        assertEquals(List.of("\u2581", "a"), pieces(tokenizer, "a \u2581"));
        Tokenizer plain = letters().whitespace(false, true).tokenizer();
        assertEquals(List.of("a", "\u2581", "b"), pieces(plain, " a  b "));
    }

    /** As sentencepiece does, which then doesn't find the piece in the text whose spaces are U+2581. */
    @Test
    void spacesWithinUserDefinedPiecesAreNotExtra() {
        Tokenizer tokenizer = DefinitionBuilder.sentencePiece()
                .whitespace(true, true)
                .piece("x  y", TokenType.USER_DEFINED, 0)
                .pieces("\u2581", "\u2581x", "\u2581y", "x", "y")
                .tokenizer();
        assertArrayEquals(new int[] {5, 4, 6}, tokenizer.encode("x  y"));
        assertArrayEquals(new int[] {5, 4, 6, 7, 4, 6, 6}, tokenizer.encode("  x  yx  y   y "));
        assertArrayEquals(new int[] {5, 6}, tokenizer.encode("x   y"));
    }

    @Test
    void controlUnknownAndBytePiecesNeverMatchText() {
        Tokenizer tokenizer = DefinitionBuilder.sentencePiece()
                .byteFallback()
                .pieces("<", ">", "s", "<s", "/", "0", "x", "4", "1", "u", "n", "k")
                .piece("c", TokenType.CONTROL, 0)
                .tokenizer();
        assertEquals(List.of("<s", ">", "<", "/", "s", ">"), pieces(tokenizer, "<s></s>"));
        assertEquals(List.of("<", "u", "n", "k", ">"), pieces(tokenizer, "<unk>"));
        assertEquals(List.of("<", "0", "x", "4", "1", ">"), pieces(tokenizer, "<0x41>"));
        assertEquals(List.of("<0x63>"), pieces(tokenizer, "c"));
    }

    @Test
    void charactersWithoutAPieceBecomeTheirBytes() {
        Tokenizer tokenizer = letters().byteFallback().tokenizer();
        assertEquals(List.of("a", "<0xC3>", "<0xA9>", "<0x00>", "b"), pieces(tokenizer, "a\u00E9\u0000b"));
        assertEquals(List.of("<0xF0>", "<0x9F>", "<0xA6>", "<0x99>"), pieces(tokenizer, "\uD83E\uDD99"));
        assertEquals(List.of("<0xEF>", "<0xBF>", "<0xBD>", "a"), pieces(tokenizer, "\uD83Ea"));
    }

    @Test
    void withoutBytePiecesARunOfUnknownCharactersIsOneToken() {
        Tokenizer tokenizer = letters().tokenizer();
        assertEquals(List.of("a", "<unk>", "b", "<unk>"), pieces(tokenizer, "a\u00E9\u4F60xbx"));
    }

    @Test
    void userDefinedPiecesAreMatchedFirstAndMergeWithNothing() {
        Tokenizer tokenizer = letters()
                .piece("ab", TokenType.NORMAL, 9)
                .piece("bc", TokenType.USER_DEFINED, 0)
                .piece("bcc", TokenType.USER_DEFINED, 0)
                .piece("\u2581c", TokenType.USER_DEFINED, 0)
                .piece("abc", TokenType.NORMAL, 9)
                .tokenizer();
        assertEquals(List.of("a", "bc"), pieces(tokenizer, "abc"));
        assertEquals(List.of("ab", "a", "bcc", "c"), pieces(tokenizer, "ababccc"));
        assertEquals(List.of("a", "\u2581c"), pieces(tokenizer, "a c"));
    }

    @Test
    void unusedPiecesLeadToLongerOnesAndAreTakenApartInTheEnd() {
        Tokenizer tokenizer = letters()
                .piece("ab", TokenType.UNUSED, 5)
                .piece("abc", TokenType.NORMAL, 4)
                .piece("abab", TokenType.UNUSED, 3)
                .tokenizer();
        assertEquals(List.of("abc"), pieces(tokenizer, "abc"));
        assertEquals(List.of("a", "b"), pieces(tokenizer, "ab"));
        assertEquals(List.of("a", "b", "a", "b"), pieces(tokenizer, "abab"));
    }

    @Test
    void beginAndEndTokensAreAddedAsTheOptionsSay() {
        Tokenizer tokenizer = letters().tokenizer();
        assertArrayEquals(new int[] {4}, tokenizer.encode("a"));
        assertArrayEquals(new int[] {1, 4}, tokenizer.encode("a", EncodeOptions.PROMPT));
        assertArrayEquals(
                new int[] {1, 4, 2},
                tokenizer.encode(
                        "a", EncodeOptions.TEXT.withBos(Boundary.ALWAYS).withEos(Boundary.ALWAYS)));
        assertArrayEquals(new int[] {4}, tokenizer.encode("a", EncodeOptions.PROMPT.withBos(Boundary.NEVER)));
        Tokenizer without = letters()
                .special(new SpecialIds(-1, -1, 0, -1, -1, -1, true, true))
                .tokenizer();
        assertArrayEquals(new int[] {4}, without.encode("a", EncodeOptions.PROMPT));
        var refusal = assertThrows(
                TokenizerException.class, () -> without.encode("a", EncodeOptions.TEXT.withEos(Boundary.ALWAYS)));
        assertEquals("test: eos token: found none, expected one, since the options ask for it", refusal.getMessage());
    }

    @Test
    void controlTokensInTextAreRecognisedOnRequestTheLongestFirst() {
        Tokenizer tokenizer = letters()
                .pieces("<", ">", "s")
                .piece("<s>a", TokenType.CONTROL, 0)
                .piece("</s>b", TokenType.USER_DEFINED, 0)
                .whitespace(true, false)
                .tokenizer();
        EncodeOptions special = EncodeOptions.TEXT.withParseSpecial(true);
        List<String> ids = IntStream.of(tokenizer.encode("a<s>b<s>a</s>b<unk>c</s>", special))
                .mapToObj(tokenizer::piece)
                .toList();
        assertEquals(
                List.of("\u2581", "a", "<s>", "\u2581", "b", "<s>a", "\u2581", "</s>b", "<unk>", "\u2581", "c", "</s>"),
                ids);
    }

    @Test
    void spellingsAndIdsAreEachOthersInverse() {
        Tokenizer tokenizer = letters().byteFallback().tokenizer();
        for (int id = 0; id < tokenizer.vocabularySize(); id++) {
            assertEquals(id, tokenizer.idOf(tokenizer.piece(id)).orElseThrow());
        }
        assertEquals(TokenType.BYTE, tokenizer.type(7));
        assertArrayEquals(new byte[] {0}, tokenizer.tokenBytes(7));
        tokenizer.tokenBytes(7)[0] = 1;
        assertArrayEquals(new byte[] {0}, tokenizer.tokenBytes(7), "a copy");
    }

    /** As sentencepiece does. */
    @Test
    void onlySpacesSpelledAsSuchAreTakenOffTheBeginning() {
        for (boolean removeExtraWhitespaces : new boolean[] {false, true}) {
            Tokenizer tokenizer = DefinitionBuilder.sentencePiece()
                    .whitespace(true, removeExtraWhitespaces)
                    .piece(" x", TokenType.USER_DEFINED, 0)
                    .piece("\u2581y", TokenType.USER_DEFINED, 0)
                    .tokenizer();
            assertEquals(" x y", tokenizer.decode(new int[] {3, 4}));
            assertEquals("y x", tokenizer.decode(new int[] {4, 3}));
        }
    }

    @Test
    void decodingGivesTheTextBack() {
        Random random = new Random(3);
        Tokenizer tokenizer = letters()
                .pieces("\u2581a", "\u2581\u2581", "\u2581s", "ab", "<", "<s", "e\u0301")
                .byteFallback()
                .whitespace(true, false)
                .tokenizer();
        for (int i = 0; i < 20_000; i++) {
            String text = RandomText.any(random);
            String expected = RandomText.wellFormed(text).replace('\u2581', ' ');
            assertEquals(expected, tokenizer.decode(tokenizer.encode(text)));
        }
    }

    @Test
    void aMegabyteWithoutASpaceIsNoTrouble() {
        String[] runs = Stream.iterate("a", run -> run + run).limit(11).skip(1).toArray(String[]::new);
        Tokenizer tokenizer =
                letters().pieces(runs).pieces("ab", "abc", "bca").byteFallback().tokenizer();
        for (String text : List.of("a", "abc", "x", "ab ", "\u4F60")) {
            String megabyte = text.repeat(1_000_000 / text.length());
            int[] ids = assertTimeout(Duration.ofSeconds(20), () -> tokenizer.encode(megabyte));
            assertEquals(megabyte, tokenizer.decode(ids));
        }
        assertEquals(976 + 2, tokenizer.count("a".repeat(1_000_000)), "976 of 1024, 512, 64");
    }

    @Test
    void manyThreadsShareOneTokenizer() {
        Tokenizer tokenizer =
                letters().pieces("ab", "abc", "ca", "\u2581a").byteFallback().tokenizer();
        Random random = new Random(4);
        List<String> texts =
                Stream.generate(() -> RandomText.any(random)).limit(500).toList();
        List<List<String>> alone =
                texts.stream().map(text -> pieces(tokenizer, text)).toList();
        List<List<String>> together =
                texts.parallelStream().map(text -> pieces(tokenizer, text)).toList();
        assertEquals(alone, together);
    }
}
