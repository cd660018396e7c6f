// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.Tokenizers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Vocabularies of published models, where the data folder that holds them stands beside the checkout. */
class GenuineVocabulariesTest {
    private static final Path TOKENIZERS = Path.of("..", "..", "shared", "data", "tokenizers");
    private static final String SCHEMA = """
            {"type": "object", "additionalProperties": false, "required": ["name", "tags"], "properties": {
              "name": {"type": "string", "maxLength": 20},
              "born": {"type": "string", "format": "date"},
              "score": {"type": "number", "minimum": 0, "maximum": 1},
              "tags": {"type": "array", "items": {"enum": ["long", "longer", "\u00fcber"]}, "maxItems": 3}}}
            """;

    @TestFactory
    Stream<DynamicTest> tokenizedJsonIsTakenAndRandomTokensAreValid() {
        return Stream.of("llama2", "llama3", "llama4", "storyllamas4096")
                .filter(name -> Files.isRegularFile(file(name)))
                .map(name -> dynamicTest(name, () -> check(Tokenizers.open(file(name)))));
    }

    private static Path file(String name) {
        return TOKENIZERS.resolve(name).resolve("tokenizer.model");
    }

    private static void check(Tokenizer tokenizer) {
        GrammarVocabulary vocabulary = GrammarVocabulary.of(tokenizer);
        Grammar grammar = Grammar.ofJsonSchema(SCHEMA);
        follow(tokenizer, new GrammarMatcher(grammar, vocabulary, List.of(2)));
        Random random = new Random(7);
        JsonNode schema = JsonMapper.shared().readTree(SCHEMA);
        for (int i = 0; i < 3; i++) {
            int[] ids = generate(new GrammarMatcher(grammar, vocabulary, List.of(2)), vocabulary.size(), random);
            String text = bytes(tokenizer, ids);
            assertTrue(new SchemaChecker(schema).isValid(JsonMapper.shared().readTree(text)), text);
        }
    }

    /** The text as the tokenizer has it, but for the space that SentencePiece puts before. */
    private static void follow(Tokenizer tokenizer, GrammarMatcher matcher) {
        String text =
                "{\"name\": \"Z\u00fcrich \u4e2d\\n\", \"born\": \"2024-02-29\", \"score\": 0.25, \"tags\": [\"longer\", \"\u00fcber\"]}";
        int[] ids = tokenizer.encode("\n" + text);
        boolean begun = false;
        for (int id : ids) {
            byte[] own = tokenizer.tokenBytes(id);
            begun |= own.length > 0 && own[0] == '{';
            if (begun) {
                assertTrue(matcher.allows(id), () -> tokenizer.piece(id));
                matcher.accept(id);
            }
        }
        assertEquals(begun, matcher.isComplete());
    }

    private static int[] generate(GrammarMatcher matcher, int size, Random random) {
        IntStream.Builder ids = IntStream.builder();
        while (!matcher.isFinished()) {
            float[] logits = new float[size];
            for (int i = 0; i < size; i++) {
                logits[i] = (float) random.nextGaussian();
            }
            matcher.mask(logits);
            int best = 0;
            for (int i = 1; i < size; i++) {
                best = logits[i] > logits[best] ? i : best;
            }
            matcher.accept(best);
            ids.add(best);
        }
        return ids.build().toArray();
    }

    private static String bytes(Tokenizer tokenizer, int[] ids) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int id : ids) {
            text.writeBytes(tokenizer.tokenBytes(id));
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
