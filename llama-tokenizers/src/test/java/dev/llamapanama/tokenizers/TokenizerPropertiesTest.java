// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of every kind of tokenizer, whatever it was read from. */
final class TokenizerPropertiesTest {
    private static final int ROUNDS = 500;
    private static final EncodeOptions SPECIAL = EncodeOptions.TEXT.withParseSpecial(true);

    /** Tokenizers of generated vocabularies. */
    enum Kind {
        SENTENCE_PIECE(sentencePiece().tokenizer()),
        WITHOUT_PREFIX(sentencePiece().whitespace(false, false).tokenizer()),
        RANKS(byteLevel("llama-bpe").tokenizer()),
        LLAMA_4(byteLevel("llama4").tokenizer()),
        PREPEND_JSON(
                HuggingFaceWriter.sentencePiece(sentencePiece().definition()).tokenizer()),
        METASPACE_JSON(metaspace("first")),
        METASPACE_ALWAYS_JSON(metaspace("always")),
        BYTES_JSON(HuggingFaceWriter.byteLevel(byteLevel("llama-bpe").definition(), HuggingFaceWriter.LLAMA_3)
                .tokenizer()),
        NFC_JSON(HuggingFaceWriter.byteLevel(byteLevel("llama4").definition(), HuggingFaceWriter.LLAMA_4)
                .set("normalizer", "{\"type\": \"NFC\"}")
                .tokenizer());

        private final Tokenizer tokenizer;

        Kind(Tokenizer tokenizer) {
            this.tokenizer = tokenizer;
        }

        private static DefinitionBuilder sentencePiece() {
            return DefinitionBuilder.sentencePiece()
                    .byteFallback()
                    .whitespace(true, false)
                    .pieces("▁t", "he", "▁the", "▁▁", "ab", "bc", "▁a", "é", "<s", "s>")
                    .pieces("▁", "t", "h", "e", "a", "b", "c", "<", ">", "s", "/", "|")
                    .piece("<|eot_id|>", TokenType.CONTROL, 0);
        }

        private static DefinitionBuilder byteLevel(String preTokenizer) {
            return DefinitionBuilder.byteLevel(preTokenizer)
                    .token((byte) 't', (byte) 'h')
                    .token((byte) ' ', (byte) 'a')
                    .token((byte) '<', (byte) '|')
                    .token((byte) 0xC3, (byte) 0xA9)
                    .piece("<s>", TokenType.CONTROL, 0)
                    .piece("</s>", TokenType.CONTROL, 0)
                    .piece("<|eot_id|>", TokenType.CONTROL, 0);
        }

        private static Tokenizer metaspace(String scheme) {
            return HuggingFaceWriter.sentencePiece(sentencePiece().definition())
                    .set("normalizer", "null")
                    .set(
                            "pre_tokenizer",
                            "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"%s\", \"split\": false}"
                                    .formatted(scheme))
                    .tokenizer();
        }

        /** What comes back of a text: what is told from others by nothing but its spelling is lost. */
        private String lossless(String text) {
            return switch (this) {
                case RANKS, LLAMA_4, BYTES_JSON -> text;
                case SENTENCE_PIECE, WITHOUT_PREFIX, PREPEND_JSON -> text.replace('▁', ' ');
                case METASPACE_JSON, METASPACE_ALWAYS_JSON ->
                    text.replace('▁', ' ').replaceFirst("^ ", "");
                case NFC_JSON -> java.text.Normalizer.normalize(text, java.text.Normalizer.Form.NFC);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTextComesBack(Kind kind) {
        Random random = new Random(7);
        for (int i = 0; i < ROUNDS; i++) {
            String text = RandomText.wellFormed(RandomText.any(random));
            assertEquals(kind.lossless(text), kind.tokenizer.decode(kind.tokenizer.encode(text)), text);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamIsTheWhole(Kind kind) {
        Random random = new Random(8);
        StreamingDecoder decoder = kind.tokenizer.streamingDecoder();
        for (int i = 0; i < ROUNDS; i++) {
            int[] ids = random.ints(random.nextInt(30), 0, kind.tokenizer.vocabularySize())
                    .toArray();
            StringBuilder pieces = new StringBuilder();
            Arrays.stream(ids).mapToObj(decoder::push).forEach(pieces::append);
            assertEquals(kind.tokenizer.decode(ids), pieces + decoder.flush(), () -> Arrays.toString(ids));
        }
    }

    @ParameterizedTest
    @EnumSource
    void placesLeaveNothingOut(Kind kind) {
        Random random = new Random(9);
        for (int i = 0; i < ROUNDS; i++) {
            String text = RandomText.any(random);
            for (EncodeOptions options : new EncodeOptions[] {EncodeOptions.TEXT, SPECIAL}) {
                Encoding encoding = kind.tokenizer.encodeWithOffsets(text, options);
                assertArrayEquals(kind.tokenizer.encode(text, options), encoding.ids(), text);
                assertEquals(encoding.size(), kind.tokenizer.count(text, options), text);
                requireNoGap(encoding, text);
            }
        }
    }

    private static void requireNoGap(Encoding encoding, String text) {
        int reached = 0;
        for (int i = 0; i < encoding.size(); i++) {
            assertTrue(encoding.start(i) <= reached && encoding.end(i) >= encoding.start(i), text);
            reached = Math.max(reached, encoding.end(i));
        }
        assertEquals(text.length(), reached, text);
    }

    @ParameterizedTest
    @EnumSource
    void nobodyForgesControlTokens(Kind kind) {
        Random random = new Random(10);
        for (int i = 0; i < ROUNDS; i++) {
            String text = RandomText.of(random, 8, "<s>", "</s>", "<|eot_id|>", "<", "s>", " ", "a", "<|", "eot_id|>");
            assertFalse(
                    IntStream.of(kind.tokenizer.encode(text))
                            .mapToObj(kind.tokenizer::type)
                            .anyMatch(TokenType.CONTROL::equals),
                    text);
            long spelled = IntStream.of(kind.tokenizer.encode(text, SPECIAL))
                    .filter(id -> kind.tokenizer.type(id) == TokenType.CONTROL)
                    .count();
            assertEquals(text.split("</?s>|<\\|eot_id\\|>", -1).length - 1, spelled, text);
        }
    }
}
