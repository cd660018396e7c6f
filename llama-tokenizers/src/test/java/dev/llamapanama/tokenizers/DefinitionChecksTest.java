// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.tokenizers.TokenizerDefinition.Particulars;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Definitions that contradict themselves or ask for what nobody knows are refused in words that help. */
final class DefinitionChecksTest {
    private static void refused(String message, DefinitionBuilder builder) {
        refused(message, builder.definition());
    }

    private static void refused(String message, TokenizerDefinition definition) {
        var refusal = assertThrows(TokenizerException.class, () -> Tokenizers.of(definition));
        assertEquals(message, refusal.getMessage());
    }

    private static TokenizerDefinition with(TokenizerDefinition of, List<TokenType> types, List<Float> scores) {
        return new TokenizerDefinition(
                of.source(),
                of.model(),
                of.preTokenizer(),
                of.pieces(),
                types,
                scores,
                of.merges(),
                of.special(),
                of.whitespace(),
                of.chatTemplate());
    }

    @Test
    void unknownAlgorithmsAndPreTokenizersAreRefusedByName() {
        String known = "'llama' (SentencePiece BPE) or 'gpt2' (byte-level BPE) with one of 'falcon3, gpt-4o, llama-bpe,"
                + " llama-v3, llama3, llama4'";
        refused(
                "test: tokenizer model and pre-tokenizer: found 't5' and '', expected " + known,
                DefinitionBuilder.empty("t5", ""));
        refused(
                "test: tokenizer model and pre-tokenizer: found 'gpt2' and 'qwen2', expected " + known,
                DefinitionBuilder.byteLevel("qwen2"));
    }

    @Test
    void vocabularyMustBeWhole() {
        refused("test: tokens: found none, expected at least one", DefinitionBuilder.empty("llama", ""));
        refused(
                "test: token 3: found the spelling of token 1 again, expected another spelling",
                DefinitionBuilder.sentencePiece().pieces("<s>"));
        refused(
                "test: token 3: found 0 characters, expected 1 to 1024 characters",
                DefinitionBuilder.sentencePiece().pieces(""));
        refused(
                "test: token 3: found 1025 characters, expected 1 to 1024 characters",
                DefinitionBuilder.sentencePiece().pieces("a".repeat(1025)));
        refused(
                "test: token 4: found half a surrogate pair, expected Unicode text",
                DefinitionBuilder.sentencePiece().pieces("\uD83E\uDD99", "a\uD83E"));
        TokenizerDefinition good = DefinitionBuilder.sentencePiece().pieces("a").definition();
        refused(
                "test: token types: found 1, expected as many as tokens: 4",
                with(good, List.of(TokenType.NORMAL), good.scores()));
        refused("test: scores: found 1, expected as many as tokens: 4", with(good, good.types(), List.of(1f)));
        refused(
                "test: score of token 2: found NaN, expected a number",
                with(good, good.types(), List.of(0f, 0f, Float.NaN, 0f)));
    }

    @Test
    void addedTokensMustBeInTheVocabulary() {
        for (int id : new int[] {-1, 3}) {
            TokenizerDefinition of = DefinitionBuilder.sentencePiece().definition();
            refused(
                    "test: added token id: found " + id + ", expected 0 to 2",
                    new TokenizerDefinition(
                            of.source(),
                            of.model(),
                            of.preTokenizer(),
                            of.pieces(),
                            of.types(),
                            of.scores(),
                            of.merges(),
                            of.special(),
                            of.whitespace(),
                            null,
                            new Particulars(
                                    true,
                                    true,
                                    false,
                                    List.of(new AddedToken(id, false, false, false, true)),
                                    ByteBuffer.allocate(0),
                                    List.of(),
                                    Map.of(),
                                    "")));
        }
    }

    @Test
    void textMustHaveTokens() {
        refused(
                "test: unknown token: found none, expected one, or a token for every byte",
                DefinitionBuilder.empty("llama", "").pieces("a"));
        refused(
                "test: tokens: found none for byte 0, expected one for every byte, or an unknown token",
                DefinitionBuilder.empty("gpt2", "llama-bpe").token((byte) 'a'));
        refused(
                "test: token of type BYTE: found \"<0x4>\", expected a spelling like <0x0A>",
                DefinitionBuilder.sentencePiece().piece("<0x4>", TokenType.BYTE, 0));
    }

    @Test
    void mergesMustBePairsOfTokens() {
        refused(
                "test: merge 1: found \"ab\", expected two tokens",
                DefinitionBuilder.byteLevel("llama3")
                        .token((byte) 'a', (byte) 'b')
                        .merges("a b", "ab"));
        refused(
                "test: merge 0: found \"ab\", expected a token of the vocabulary",
                DefinitionBuilder.byteLevel("llama3").merges("a b"));
        refused(
                "test: merge 0: found \"\u4F60\", expected a token of the vocabulary",
                DefinitionBuilder.byteLevel("llama3")
                        .piece("\u4F60b", TokenType.NORMAL, 0)
                        .merges("\u4F60 b"));
    }

    @Test
    void specialIdsMustBeInTheVocabulary() {
        refused(
                "test: eos token id: found 3, expected an id below 3, or -1",
                DefinitionBuilder.sentencePiece().special(new SpecialIds(1, 3, 0, -1, -1, -1, true, true)));
        refused(
                "test: eom token id: found -2, expected an id below 3, or -1",
                DefinitionBuilder.sentencePiece().special(new SpecialIds(1, 2, 0, -1, -1, -2, true, true)));
    }

    @Test
    void specialTokensAreWhatTheDefinitionSays() {
        SpecialTokens special = DefinitionBuilder.sentencePiece()
                .piece("<pad>", TokenType.CONTROL, 0)
                .pieces("a", "<|eot|>", "b", "<|im_end|>", "\u2581<EOT>", "<|end_of_text|>")
                .special(new SpecialIds(1, 2, -1, 3, 4, 6, true, true))
                .tokenizer()
                .specialTokens();
        assertEquals(OptionalInt.of(1), special.bos());
        assertEquals(OptionalInt.of(2), special.eos());
        assertEquals(OptionalInt.of(0), special.unknown(), "found by its type");
        assertEquals(OptionalInt.of(3), special.pad());
        assertEquals(OptionalInt.of(4), special.eot());
        assertEquals(OptionalInt.of(6), special.eom());
        assertEquals(Set.of(2, 4, 5, 6, 7, 8, 9), special.endOfGeneration());
        assertEquals(List.of(true, true), List.of(special.addBos(), special.addEos()));
    }

    @Test
    void nothingIsAddedThatIsNotThere() {
        SpecialTokens special = DefinitionBuilder.sentencePiece()
                .special(new SpecialIds(-1, -1, 0, -1, -1, -1, true, true))
                .tokenizer()
                .specialTokens();
        assertEquals(List.of(false, false), List.of(special.addBos(), special.addEos()));
        assertEquals(Set.of(), special.endOfGeneration());
    }
}
