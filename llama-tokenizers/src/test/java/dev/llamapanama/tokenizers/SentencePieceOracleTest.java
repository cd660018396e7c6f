// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random vocabularies and texts, against the definition of the algorithm. */
final class SentencePieceOracleTest {
    private static final String[] LETTERS = {"a", "a", "b", "c", "\u2581", "\u2581", "\u00E9", "\uD83E\uDD99", "\u0301"
    };
    private static final String[] TEXT = {
        "a",
        "a",
        "a",
        "b",
        "b",
        "c",
        " ",
        " ",
        "\u2581",
        "\u00E9",
        "\uD83E\uDD99",
        "\u0301",
        "x",
        "\u4F60",
        "\uDD99",
        "\u0000"
    };

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ordinaryVocabularies(boolean crossWords) {
        compare(crossWords, 300, 30, List.of(TokenType.NORMAL));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void vocabulariesWithEveryTypeOfPiece(boolean crossWords) {
        compare(
                crossWords,
                600,
                20,
                List.of(
                        TokenType.NORMAL,
                        TokenType.NORMAL,
                        TokenType.NORMAL,
                        TokenType.USER_DEFINED,
                        TokenType.UNUSED,
                        TokenType.UNUSED,
                        TokenType.CONTROL));
    }

    private static void compare(boolean crossWords, int vocabularies, int texts, List<TokenType> types) {
        for (int seed = 0; seed < vocabularies; seed++) {
            Random random = new Random(seed);
            TokenizerDefinition definition = randomVocabulary(random, crossWords, types);
            Tokenizer tokenizer = Tokenizers.of(definition);
            SentencePieceReference reference = new SentencePieceReference(definition);
            for (int i = 0; i < texts; i++) {
                String text = RandomText.of(random, random.nextInt(25), TEXT);
                List<Integer> ids =
                        Arrays.stream(tokenizer.encode(text)).boxed().toList();
                assertEquals(reference.encode(text), ids, "seed " + seed + " text '" + text + "'");
            }
        }
    }

    private static TokenizerDefinition randomVocabulary(Random random, boolean crossWords, List<TokenType> types) {
        DefinitionBuilder builder =
                DefinitionBuilder.sentencePiece().whitespace(random.nextBoolean(), random.nextBoolean());
        if (random.nextBoolean()) {
            builder.byteFallback();
        }
        List<String> pieces = new ArrayList<>(List.of(LETTERS));
        int scores = random.nextBoolean() ? 5 : 1000;
        for (int i = random.nextInt(60); i >= 0; i--) {
            // Mostly of pieces that are there, as training makes them: only these merge in several ways and steps.
            String piece = pieces.get(random.nextInt(pieces.size())) + pieces.get(random.nextInt(pieces.size()));
            if ((crossWords || piece.matches("\u2581*[^\u2581]*")) && piece.length() < 12 && !pieces.contains(piece)) {
                pieces.add(piece);
            }
        }
        for (String piece : new TreeSet<>(pieces)) {
            if (piece.length() > 1 || random.nextInt(4) > 0) {
                builder.piece(piece, types.get(random.nextInt(types.size())), -random.nextInt(scores));
            }
        }
        return builder.definition();
    }
}
