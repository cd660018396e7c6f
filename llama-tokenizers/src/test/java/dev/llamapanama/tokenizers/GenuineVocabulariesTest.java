// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Ids that SentencePiece, tiktoken, llama.cpp and others give for the vocabularies of Meta and others. */
final class GenuineVocabulariesTest {
    private static final List<String> ALL =
            List.of("llama2", "llama3", "llama4", "openllama", "storyllamas4096", "tok105", "tok512", "tok512_model");

    private static Path file(String name) {
        return switch (name) {
            case "storyllamas4096" -> SharedData.TOKENIZERS.resolve("storyllamas4096/tokenizer_4096.model");
            case "tok105" -> SharedData.MODELS.resolve("babyllama-tok105/tok105.model");
            case "tok512" -> SharedData.MODELS.resolve("stories260K/tok512.bin");
            case "tok512_model" -> SharedData.MODELS.resolve("stories260K/tok512.model");
            default -> SharedData.TOKENIZERS.resolve(name).resolve("tokenizer.model");
        };
    }

    private static Stream<DynamicTest> forEach(List<String> names, VocabularyTest test) {
        return SharedData.isPresent()
                ? names.stream().map(name -> dynamicTest(name, () -> test.run(name, Tokenizers.open(file(name)))))
                : Stream.empty();
    }

    private interface VocabularyTest {
        void run(String name, Tokenizer tokenizer);
    }

    @TestFactory
    Stream<DynamicTest> encodeAsTheirOwnLibrariesDo() {
        return forEach(ALL, (name, tokenizer) -> {
            for (JsonNode vector : SharedData.vectors()) {
                String text = vector.get("text").stringValue();
                int[] expected = SharedData.ids(vector.get(name));
                assertArrayEquals(expected, tokenizer.encode(text), text);
                assertEquals(expected.length, tokenizer.count(text), text);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> encodeGoldenTexts() {
        return forEach(List.of("llama2", "llama3", "llama4"), (name, tokenizer) -> {
            JsonNode golden = SharedData.goldenTokens();
            JsonNode texts = golden.get("texts");
            for (int i = 0; i < texts.size(); i++) {
                String text = texts.get(i).stringValue();
                assertArrayEquals(SharedData.ids(golden.get(name).get(i)), tokenizer.encode(text), text);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> encodeTheTextsOfLlamaCpp() {
        Map<String, String> files = Map.of("llama2", "ggml-vocab-llama-spm", "llama3", "ggml-vocab-llama-bpe");
        return forEach(List.copyOf(files.keySet()), (name, tokenizer) -> {
            Path base = SharedData.TOKENIZERS.resolve("ggml-vocab");
            String[] texts =
                    SharedData.text(base.resolve(files.get(name) + ".gguf.inp")).split("\n__ggml_vocab_test__\n", -1);
            List<String> lines = SharedData.text(base.resolve(files.get(name) + ".gguf.out"))
                    .lines()
                    .toList();
            for (int i = 0; i < lines.size(); i++) {
                int[] expected = lines.get(i).isBlank()
                        ? new int[0]
                        : Stream.of(lines.get(i).trim().split(" "))
                                .mapToInt(Integer::parseInt)
                                .toArray();
                assertArrayEquals(expected, tokenizer.encode(texts[i]), texts[i]);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> llama2DecodesAsSentencePieceDoes() {
        return forEach(List.of("llama2"), (name, tokenizer) -> {
            for (JsonNode vector : SharedData.vectors()) {
                assertEquals(
                        vector.get("llama2_decoded").stringValue(),
                        tokenizer.decode(SharedData.ids(vector.get("llama2"))));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> decodingUndoesEncoding() {
        return forEach(List.of("llama2", "llama3", "llama4", "tok512"), (name, tokenizer) -> {
            for (JsonNode vector : SharedData.vectors()) {
                String text = vector.get("text").stringValue();
                // SentencePiece takes a U+2581 for a space.
                boolean bytes = name.equals("llama3") || name.equals("llama4");
                assertEquals(bytes ? text : text.replace('\u2581', ' '), tokenizer.decode(tokenizer.encode(text)));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> controlTokensAreRecognisedOnRequestOnly() {
        return forEach(List.of("llama3"), (name, tokenizer) -> {
            for (JsonNode vector : SharedData.vectors()) {
                JsonNode expected = vector.get("llama3_parse_special");
                if (expected != null) {
                    assertArrayEquals(
                            SharedData.ids(expected),
                            tokenizer.encode(
                                    vector.get("text").stringValue(), EncodeOptions.TEXT.withParseSpecial(true)));
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> llama2cFileOfLlama2GivesTheSameIds() {
        return forEach(List.of("llama2"), (name, tokenizer) -> {
            Tokenizer llama2c = Tokenizers.open(SharedData.TOKENIZERS.resolve("llama2/tokenizer.bin"));
            for (JsonNode vector : SharedData.vectors()) {
                String text = vector.get("text").stringValue();
                assertArrayEquals(tokenizer.encode(text), llama2c.encode(text), text);
            }
            IntStream.range(0, tokenizer.vocabularySize())
                    .forEach(id -> assertEquals(tokenizer.piece(id), llama2c.piece(id)));
        });
    }

    @TestFactory
    Stream<DynamicTest> aNovelTakesSeconds() {
        return forEach(List.of("llama2", "llama3", "llama4"), (name, tokenizer) -> {
            String novel = SharedData.text(SharedData.DATA.resolve("text/war-and-peace.txt"));
            int[] ids = assertTimeout(Duration.ofSeconds(30), () -> tokenizer.encode(novel));
            assertEquals(novel, tokenizer.decode(ids));
        });
    }

    /** The same vocabulary in the form that GGUF files have: merges listed, ids no ranks. Meta's code, which reads ranks, cuts long texts. */
    @TestFactory
    Stream<DynamicTest> mergesOfHuggingFaceGiveTheSameIdsAsRanks() {
        return forEach(List.of("llama3"), (name, ranks) -> {
            Tokenizer merges = Tokenizers.of(withMerges(SharedData.huggingFace("llama3")));
            assertEquals(ranks.vocabularySize(), merges.vocabularySize());
            for (JsonNode vector : SharedData.vectors()) {
                String text = vector.get("text").stringValue();
                assertArrayEquals(SharedData.ids(vector.get("llama3")), merges.encode(text), text);
            }
            String novel = SharedData.text(SharedData.DATA.resolve("text/war-and-peace.txt"));
            IntStream parts = IntStream.empty();
            for (int from = 0, to; from < novel.length(); from = to) {
                int left = novel.codePointCount(from, novel.length());
                to = novel.offsetByCodePoints(from, Math.min(400_000, left));
                parts = IntStream.concat(parts, Arrays.stream(merges.encode(novel.substring(from, to))));
            }
            assertArrayEquals(parts.toArray(), ranks.encode(novel));
        });
    }

    private static TokenizerDefinition withMerges(JsonNode tokenizer) {
        JsonNode model = tokenizer.get("model");
        Map<Integer, String> pieces = new TreeMap<>();
        model.get("vocab")
                .propertyStream()
                .forEach(entry -> pieces.put(entry.getValue().intValue(), entry.getKey()));
        DefinitionBuilder builder = DefinitionBuilder.empty("gpt2", "llama-bpe");
        pieces.values().forEach(piece -> builder.piece(piece, TokenType.NORMAL, 0));
        tokenizer
                .get("added_tokens")
                .forEach(token -> builder.piece(token.get("content").stringValue(), TokenType.CONTROL, 0));
        model.get("merges").forEach(merge -> builder.merges(merge.stringValue()));
        return builder.definition();
    }
}
