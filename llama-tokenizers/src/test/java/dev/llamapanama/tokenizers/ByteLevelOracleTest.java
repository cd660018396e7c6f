// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random vocabularies and texts, against the definition of the algorithm. */
final class ByteLevelOracleTest {
    private static final String[] LETTERS = {"a", "b", "c", "\u00E9", "\uD83E\uDD99"};
    private static final String[] TEXT = {
        "a", "a", "a", "b", "b", "c", "c", "\u00E9", "\uD83E\uDD99", " a", "\n", "1", ".", "'s"
    };

    @Test
    void vocabulariesOfRanks() {
        compare((random, builder) -> {
            Set<String> seen = new HashSet<>();
            for (int i = random.nextInt(100); i >= 0; i--) {
                byte[] bytes = bytes(random, 2, 6);
                if (seen.add(ByteAlphabet.spell(bytes))) {
                    builder.token(bytes);
                }
            }
        });
    }

    /** As training makes them: every merge of two tokens that are there is a new token. Some pairs lead to the same token. */
    @Test
    void vocabulariesOfMerges() {
        compare((random, builder) -> {
            Set<String> seen = new HashSet<>();
            for (String letter : LETTERS) {
                seen.addAll(ByteAlphabet.spell(letter.getBytes(StandardCharsets.UTF_8))
                        .chars()
                        .mapToObj(Character::toString)
                        .toList());
            }
            Set<String> merges = new HashSet<>();
            for (int i = random.nextInt(100); i >= 0; i--) {
                List<String> tokens = seen.stream().sorted().toList();
                String left = tokens.get(random.nextInt(tokens.size()));
                String right = tokens.get(random.nextInt(tokens.size()));
                if (merges.add(left + " " + right)) {
                    builder.merges(left + " " + right);
                }
                if (seen.add(left + right)) {
                    builder.piece(left + right, TokenType.NORMAL, 0);
                }
            }
        });
    }

    private static byte[] bytes(Random random, int least, int most) {
        byte[] text = RandomText.of(random, most, TEXT).getBytes(StandardCharsets.UTF_8);
        int from = random.nextInt(text.length - most + 1);
        return Arrays.copyOfRange(text, from, from + random.nextInt(least, most + 1));
    }

    private interface Filling {
        void fill(Random random, DefinitionBuilder builder);
    }

    private static void compare(Filling filling) {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            DefinitionBuilder builder = DefinitionBuilder.byteLevel("llama-bpe");
            filling.fill(random, builder);
            Tokenizer tokenizer = builder.tokenizer();
            ByteLevelReference reference = new ByteLevelReference(builder.definition());
            for (int i = 0; i < 30; i++) {
                String text = i % 2 == 0 ? RandomText.of(random, random.nextInt(25), TEXT) : RandomText.any(random);
                List<Integer> ids =
                        Arrays.stream(tokenizer.encode(text)).boxed().toList();
                assertEquals(reference.encode(text), ids, "seed " + seed + " text '" + text + "'");
            }
        }
    }
}
