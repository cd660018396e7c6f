// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.ObjIntConsumer;

/**
 * Which tokens merge to which, for byte-level BPE. Where the definition lists merges (GGUF, Hugging Face), these, the
 * first listed first. Where it lists none, ids are ranks, and any two tokens whose bytes joined are a token merge to
 * it, the lowest rank first (openai/tiktoken src/lib.rs).
 */
final class ByteLevelRules {
    private static final Set<TokenType> TEXT = Set.of(TokenType.NORMAL, TokenType.USER_DEFINED, TokenType.BYTE);

    private final Vocabulary vocabulary;
    private final PairTable merges = new PairTable();
    private final int[] bytes = new int[256];

    /** The tokens that text may become, by their bytes with a character for each. */
    private final SpellingTable texts;

    ByteLevelRules(Vocabulary vocabulary, SpecialTokens special, List<String> listed) {
        this.vocabulary = vocabulary;
        texts = new SpellingTable(vocabulary.size());
        forEachText(texts::putIfAbsent);
        addBytes(special);
        if (listed.isEmpty()) {
            forEachText(this::addRank);
        } else {
            new ListedMerges(vocabulary, TEXT).addTo(merges, listed);
        }
    }

    private void forEachText(ObjIntConsumer<String> action) {
        for (int id = 0; id < vocabulary.size(); id++) {
            if (TEXT.contains(vocabulary.type(id))) {
                action.accept(latin1(vocabulary.bytes(id)), id);
            }
        }
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void addBytes(SpecialTokens special) {
        for (int b = 0; b < bytes.length; b++) {
            int id = texts.get(String.valueOf((char) b));
            if (id == SpellingTable.NONE && special.unknown().isEmpty()) {
                throw new TokenizerException(
                        vocabulary.source(), "tokens", "none for byte " + b, "one for every byte, or an unknown token");
            }
            bytes[b] = id == SpellingTable.NONE
                    ? SymbolList.fixed(special.unknown().getAsInt())
                    : id;
        }
    }

    private void addRank(String spelling, int id) {
        if (texts.get(spelling) != id) {
            return;
        }
        for (int cut = 1; cut < spelling.length(); cut++) {
            int left = texts.get(spelling, 0, cut);
            int right = left == SpellingTable.NONE ? left : texts.get(spelling, cut, spelling.length());
            if (right != SpellingTable.NONE) {
                merges.putIfAbsent(left, right, SymbolList.rule(id, id));
            }
        }
    }

    PairTable merges() {
        return merges;
    }

    /** The symbol of a byte: its token, or the unknown token fixed. */
    int symbolOf(byte b) {
        return bytes[b & 0xFF];
    }

    /** The token whose bytes are exactly these, or {@link SpellingTable#NONE}. */
    int whole(byte[] part) {
        return texts.get(latin1(part));
    }
}
