// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids worked out by hand on vocabularies of a few tokens. */
final class ByteLevelTokenizerTest {
    private static DefinitionBuilder with(String... tokens) {
        DefinitionBuilder builder = DefinitionBuilder.byteLevel("llama-bpe");
        for (String token : tokens) {
            builder.token(token.getBytes(StandardCharsets.UTF_8));
        }
        return builder;
    }

    private static List<String> pieces(Tokenizer tokenizer, String text, EncodeOptions options) {
        return IntStream.of(tokenizer.encode(text, options))
                .mapToObj(tokenizer::piece)
                .toList();
    }

    private static List<String> pieces(Tokenizer tokenizer, String text) {
        return pieces(tokenizer, text, EncodeOptions.TEXT);
    }

    @Test
    void mergesTheLowestRankFirst() {
        assertEquals(List.of("a", "bc"), pieces(with("bc", "ab").tokenizer(), "abc"));
        assertEquals(List.of("ab", "c"), pieces(with("ab", "bc").tokenizer(), "abc"));
        assertEquals(List.of("aa", "a"), pieces(with("aa").tokenizer(), "aaa"));
    }

    @Test
    void mergesInTheOrderInWhichTheyAreListed() {
        Tokenizer tokenizer = with("ab", "bc").merges("b c", "a b").tokenizer();
        assertEquals(List.of("a", "bc"), pieces(tokenizer, "abc"));
    }

    /** What Hugging Face calls {@code ignore_merges}. */
    @Test
    void aPartThatIsATokenIsThatTokenEvenIfNoMergeLeadsThere() {
        Tokenizer tokenizer = with("ab", "abcd", " abcd").merges("a b").tokenizer();
        assertEquals(List.of("abcd"), pieces(tokenizer, "abcd"));
        assertEquals(List.of("\u0120abcd"), pieces(tokenizer, " abcd"));
        assertEquals(List.of("ab", "c", "d", "e"), pieces(tokenizer, "abcde"));
    }

    @Test
    void nothingMergesAcrossTheSplit() {
        Tokenizer tokenizer = with("a ", "a.", "12", "1234", "\n\n").tokenizer();
        assertEquals(List.of("a", "\u0120", "a", "."), pieces(tokenizer, "a a."));
        assertEquals(List.of("12", "3", "4"), pieces(tokenizer, "1234"));
        assertEquals(List.of("\u010A\u010A"), pieces(tokenizer, "\n\n"));
    }

    @Test
    void partsOfACharacterAreTokensToo() {
        Tokenizer tokenizer = DefinitionBuilder.byteLevel("llama-bpe")
                .token((byte) 0xF0, (byte) 0x9F)
                .tokenizer();
        assertArrayEquals(new int[] {256, 0xA6, 0x99}, tokenizer.encode("\uD83E\uDD99"));
        assertArrayEquals(new byte[] {(byte) 0xF0, (byte) 0x9F}, tokenizer.tokenBytes(256));
        assertEquals("\uD83E\uDD99", tokenizer.decode(new int[] {256, 0xA6, 0x99}));
    }

    @Test
    void controlTokensAreRecognisedOnRequestOnly() {
        Tokenizer tokenizer = with("<|", "|>")
                .piece("<|eot|>", TokenType.CONTROL, 0)
                .piece("<|eot|>x", TokenType.CONTROL, 0)
                .tokenizer();
        assertEquals(List.of("<|", "e", "o", "t", "|>"), pieces(tokenizer, "<|eot|>"));
        assertEquals(
                List.of("a", "<|eot|>", "b", "<|eot|>x", "<|", "e", "o", "t"),
                pieces(tokenizer, "a<|eot|>b<|eot|>x<|eot", EncodeOptions.TEXT.withParseSpecial(true)));
    }

    @Test
    void noMergeLeadsToAControlToken() {
        Tokenizer tokenizer = DefinitionBuilder.byteLevel("llama-bpe")
                .piece("ab", TokenType.CONTROL, 0)
                .merges("a b")
                .tokenizer();
        assertEquals(List.of("a", "b"), pieces(tokenizer, "ab"));
        assertEquals(List.of("a", "b", "c"), pieces(tokenizer, "abc"));
    }

    @Test
    void userDefinedTokensAreCutOutFirst() {
        Tokenizer tokenizer = with("ab")
                .piece("b <x>", TokenType.USER_DEFINED, 0)
                .piece("b <", TokenType.USER_DEFINED, 0)
                .tokenizer();
        assertEquals(List.of("a", "b <x>", "ab"), pieces(tokenizer, "ab <x>ab"));
        assertEquals(List.of("a", "b <", "a"), pieces(tokenizer, "ab <a"));
        assertEquals("ab <a", tokenizer.decode(tokenizer.encode("ab <a")));
    }

    @Test
    void aByteWithoutATokenIsTheUnknownToken() {
        Tokenizer tokenizer = DefinitionBuilder.empty("gpt2", "llama3")
                .piece("<unk>", TokenType.UNKNOWN, 0)
                .token((byte) 'a')
                .special(new SpecialIds(-1, -1, 0, -1, -1, -1, false, false))
                .tokenizer();
        assertArrayEquals(new int[] {1, 0, 1}, tokenizer.encode("aba"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "default", "llama-bpe", "llama3", "llama-v3", "llama4", "gpt-4o"})
    void everyKnownPreTokenizerGivesTheTextBack(String preTokenizer) {
        Random random = new Random(5);
        Tokenizer tokenizer = DefinitionBuilder.byteLevel(preTokenizer)
                .token("ab".getBytes(StandardCharsets.UTF_8))
                .token(" a".getBytes(StandardCharsets.UTF_8))
                .tokenizer();
        for (int i = 0; i < 3_000; i++) {
            String text = RandomText.any(random);
            assertEquals(RandomText.wellFormed(text), tokenizer.decode(tokenizer.encode(text)));
        }
    }

    @Test
    void aMegabyteInOnePartIsNoTrouble() {
        Tokenizer tokenizer =
                with("aa", "aaaa", "aaaaaaaa", "  ", "    ", "!!", "!!!!").tokenizer();
        for (String text : List.of("a", " ", "!", "\n", "\u4F60", "\u0301", "1")) {
            String megabyte = text.repeat(1_000_000);
            int[] ids = assertTimeout(Duration.ofSeconds(20), () -> tokenizer.encode(megabyte));
            assertEquals(megabyte, tokenizer.decode(ids));
        }
        assertEquals(125_000, tokenizer.count("a".repeat(1_000_000)));
    }

    @Test
    void alphabetIsOneToOneAndPrintable() {
        byte[] all = new byte[256];
        IntStream.range(0, 256).forEach(b -> all[b] = (byte) b);
        String spelling = ByteAlphabet.spell(all);
        assertEquals(256, spelling.chars().distinct().count());
        assertEquals(
                0,
                spelling.chars()
                        .filter(c -> Character.isISOControl(c) || Character.isSpaceChar(c))
                        .count());
        assertArrayEquals(all, ByteAlphabet.bytes(spelling).orElseThrow());
        assertEquals(
                "\u0120\u010A!~\u00A1\u0143",
                ByteAlphabet.spell(new byte[] {' ', '\n', '!', '~', (byte) 0xA1, (byte) 0xAD}));
        assertEquals(Optional.empty(), ByteAlphabet.bytes("a b"));
        assertEquals(Optional.empty(), ByteAlphabet.bytes("\u4F60"));
    }
}
