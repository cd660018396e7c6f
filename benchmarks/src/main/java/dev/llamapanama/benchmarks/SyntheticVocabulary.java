// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tokenizers.ByteAlphabet;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import dev.llamapanama.tokenizers.Tokenizers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Vocabularies as large as those of Llama 2 and Llama 3, made of an invented language, so that no file is needed. Syllables merge from
 * letters and words from syllables, as they do in trained vocabularies; the first tokens are merged first.
 */
public enum SyntheticVocabulary {
    /** SentencePiece BPE, as in Llama 1 and 2. */
    SENTENCEPIECE(32_000) {
        @Override
        TokenizerDefinition definition() {
            List<String> pieces = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
            List<TokenType> types = new ArrayList<>(List.of(TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL));
            for (int b = 0; b < 256; b++) {
                pieces.add(String.format(Locale.ROOT, "<0x%02X>", b));
                types.add(TokenType.BYTE);
            }
            for (String spelling : spellings(size - pieces.size())) {
                pieces.add(spelling.replace(' ', '\u2581'));
                types.add(TokenType.NORMAL);
            }
            List<Float> scores =
                    IntStream.range(0, size).mapToObj(i -> (float) -i).toList();
            SpecialIds special = new SpecialIds(1, 2, 0, -1, -1, -1, true, false);
            return new TokenizerDefinition(
                    name(), "llama", "", pieces, types, scores, List.of(), special, new Whitespace(true, false), null);
        }
    },

    /** Byte-level BPE, as in Llama 3. */
    BYTE_LEVEL(128_000) {
        @Override
        TokenizerDefinition definition() {
            List<String> pieces = new ArrayList<>();
            for (int b = 0; b < 256; b++) {
                pieces.add(ByteAlphabet.spell(new byte[] {(byte) b}));
            }
            for (String spelling : spellings(size)) {
                if (pieces.size() < size && spelling.length() > 1) {
                    pieces.add(ByteAlphabet.spell(spelling.getBytes(StandardCharsets.UTF_8)));
                }
            }
            List<TokenType> types =
                    pieces.stream().map(piece -> TokenType.NORMAL).toList();
            SpecialIds none = new SpecialIds(-1, -1, -1, -1, -1, -1, false, false);
            return new TokenizerDefinition(
                    name(),
                    "gpt2",
                    "llama-bpe",
                    pieces,
                    types,
                    List.of(),
                    List.of(),
                    none,
                    new Whitespace(false, false),
                    null);
        }
    };

    final int size;

    SyntheticVocabulary(int size) {
        this.size = size;
    }

    abstract TokenizerDefinition definition();

    Tokenizer tokenizer() {
        return Tokenizers.of(definition());
    }

    /** Letters, then syllables, then words from their first syllable on, each with and without a space before it. */
    private static List<String> spellings(int count) {
        Set<String> spellings = new LinkedHashSet<>();
        " .,\n0123456789".chars().forEach(c -> spellings.add(Character.toString(c)));
        SyntheticText.letters().forEach(spellings::add);
        for (String syllable : SyntheticText.syllables()) {
            addParts(spellings, syllable, 1);
        }
        SyntheticText text = new SyntheticText(9);
        while (spellings.size() < count + SyntheticText.letters().size()) {
            String word = text.word();
            addParts(spellings, word, 2);
            addParts(spellings, " " + word, 2);
        }
        return List.copyOf(spellings).subList(0, count);
    }

    /** A word and its beginnings, by which BPE gets there. */
    private static void addParts(Set<String> spellings, String word, int step) {
        for (int end = 2; end < word.length(); end += step) {
            spellings.add(word.substring(0, end));
        }
        spellings.add(word);
    }
}
