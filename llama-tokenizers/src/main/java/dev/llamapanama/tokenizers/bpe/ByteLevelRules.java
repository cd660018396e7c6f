// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerException;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * Which tokens merge to which, for byte-level BPE: those that the definition lists (GGUF, Hugging Face), the first listed
 * first, or where it lists none, {@link RankedPairs}.
 */
final class ByteLevelRules {
    private static final Set<TokenType> TEXT = Set.of(TokenType.NORMAL, TokenType.USER_DEFINED, TokenType.BYTE);

    private final Vocabulary vocabulary;
    private final IntPredicate conditional;
    private final PairTable merges;
    private final int[] bytes = new int[256];

    /** The tokens that a part of text is as a whole, without merging. */
    private final SpellingTable wholes;

    ByteLevelRules(Vocabulary vocabulary, SpecialTokens special, TokenizerDefinition definition) {
        this.vocabulary = vocabulary;
        conditional = AddedTokenCutter.conditional(definition);
        merges = new PairTable(Math.max(vocabulary.size(), definition.merges().size()));
        addBytes(special);
        if (definition.merges().isEmpty()) {
            RankedPairs.addTo(merges, this, vocabulary);
        } else {
            new ListedMerges(vocabulary, TEXT).addTo(merges, definition.merges());
        }
        wholes = new SpellingTable(vocabulary.size());
        if (definition.particulars().ignoreMerges()) {
            addWholes();
        }
    }

    /** Every token that text may become. */
    void forEachText(IntConsumer action) {
        vocabulary.idsOf(TEXT).filter(conditional.negate()).forEach(action);
    }

    private void addBytes(SpecialTokens special) {
        Arrays.fill(
                bytes,
                special.unknown().isEmpty()
                        ? SpellingTable.NONE
                        : SymbolList.fixed(special.unknown().getAsInt()));
        boolean[] found = new boolean[bytes.length];
        forEachText(id -> {
            if (vocabulary.byteCount(id) == 1) {
                int b = vocabulary.byteAt(id, 0);
                bytes[b] = found[b] ? bytes[b] : id;
                found[b] = true;
            }
        });
        for (int b = 0; b < bytes.length; b++) {
            if (bytes[b] == SpellingTable.NONE) {
                throw new TokenizerException(
                        vocabulary.source(), "tokens", "none for byte " + b, "one for every byte, or an unknown token");
            }
        }
    }

    private void addWholes() {
        forEachText(id -> {
            String text = vocabulary.text(id);
            if (text != null) {
                wholes.putIfAbsent(text, id);
            }
        });
    }

    PairTable merges() {
        return merges;
    }

    /** The symbol of a byte, given as 0 to 255: its token, or the unknown token fixed. */
    int symbolOf(int b) {
        return bytes[b];
    }

    /** The token that a part of text with a {@linkplain SpellingTable#hash hash} is without merging, or {@link SpellingTable#NONE}. */
    int whole(long hash, char[] text, int start, int end) {
        return wholes.get(hash, text, start, end);
    }
}
