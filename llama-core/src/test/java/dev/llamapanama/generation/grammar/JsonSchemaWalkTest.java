// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever the weights say, the text parses and validates. */
class JsonSchemaWalkTest {
    private static final int SCHEMAS = Integer.getInteger("grammar.schemas", 120);

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @Test
    void textsOfRandomSchemasAreValid() {
        int usable = 0;
        int complete = 0;
        for (int seed = 0; seed < SCHEMAS; seed++) {
            Random random = new Random(seed);
            JsonNode schema = new RandomSchema(random).document();
            Optional<Grammar> grammar = grammar(schema);
            GrammarVocabulary vocabulary = TestVocabulary.random(random, 300);
            SchemaChecker checker = new SchemaChecker(schema);
            usable += grammar.isPresent() ? 1 : 0;
            for (int i = 0; i < 5 && grammar.isPresent(); i++) {
                Optional<String> text = Walk.text(grammar.get(), vocabulary, random);
                complete += text.isPresent() ? 1 : 0;
                int run = seed;
                text.ifPresent(json -> assertTrue(
                        checker.isValid(MAPPER.readTree(json)), () -> run + ": " + schema + " gave " + json));
            }
        }
        assertTrue(usable > SCHEMAS * 3 / 4, usable + " of " + SCHEMAS + " schemas");
        assertTrue(complete > usable * 4, complete + " texts of " + usable + " schemas");
    }

    private static Optional<Grammar> grammar(JsonNode schema) {
        try {
            return Optional.of(Grammar.ofJsonSchema(schema.toString()));
        } catch (GrammarException e) {
            boolean known =
                    e.toString().contains("no text can satisfy") || e.toString().contains("beside a list of values");
            assertTrue(known, () -> schema + ": " + e);
            return Optional.empty();
        }
    }

    @Test
    void anyJsonParses() {
        Random random = new Random(5);
        GrammarVocabulary vocabulary = TestVocabulary.random(random, 200);
        int complete = 0;
        for (int i = 0; i < 100; i++) {
            Optional<String> text = Walk.text(Grammar.json(), vocabulary, random);
            text.ifPresent(MAPPER::readTree);
            complete += text.isPresent() ? 1 : 0;
        }
        assertTrue(complete > 80, complete + " texts");
    }
}
