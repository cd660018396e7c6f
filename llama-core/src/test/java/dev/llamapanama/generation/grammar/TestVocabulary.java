// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Small vocabularies: single bytes, pieces of texts that cut anywhere, tokens without text, and an end. */
final class TestVocabulary {
    private static final String SAMPLE =
            "{\"name\": \"a\\n\\u00e9\",\"b\":[1, 2.5e-3,true,false,null],\"kind\":\"x\"}, \"}, {\"a\": "
                    + "the quick brown fox 2024-02-29T12:00:00Z aab@c.de [[]] (1+2)*3 = é中\uD83D\uDE00 \\ud83d\\ude00 \"\"}}]";

    private TestVocabulary() {}

    /** All single bytes and so many pieces. The last two tokens have no text; the last is the end. */
    static GrammarVocabulary random(Random random, int pieces) {
        byte[] sample = SAMPLE.getBytes(StandardCharsets.UTF_8);
        List<byte[]> tokens = new ArrayList<>();
        for (int b = 0; b < 256; b++) {
            tokens.add(new byte[] {(byte) b});
        }
        for (int i = 0; i < pieces; i++) {
            int start = random.nextInt(sample.length);
            int end = Math.min(sample.length, start + 1 + random.nextInt(7));
            tokens.add(Arrays.copyOfRange(sample, start, end));
        }
        tokens.add(new byte[0]);
        tokens.add(new byte[0]);
        return of(tokens);
    }

    static GrammarVocabulary of(List<byte[]> tokens) {
        return GrammarVocabulary.of(tokens.size(), tokens::get);
    }

    static GrammarVocabulary ofTexts(String... texts) {
        List<byte[]> tokens = new ArrayList<>();
        for (String text : texts) {
            tokens.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return of(tokens);
    }

    static int end(GrammarVocabulary vocabulary) {
        return vocabulary.size() - 1;
    }
}
