// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    private final Map<String, Integer> wholes = new HashMap<>();

    ByteLevelRules(Vocabulary vocabulary, SpecialTokens special, List<String> listed) {
        this.vocabulary = vocabulary;
        Map<String, Integer> texts = texts();
        addBytes(texts, special);
        addWholes(texts);
        if (listed.isEmpty()) {
            texts.forEach((spelling, id) -> addRank(texts, spelling, id));
        } else {
            for (int i = 0; i < listed.size(); i++) {
                addListed(i, listed.get(i));
            }
        }
    }

    /** The tokens that text may become, by their bytes with a character for each. */
    private Map<String, Integer> texts() {
        Map<String, Integer> texts = HashMap.newHashMap(vocabulary.size());
        for (int id = 0; id < vocabulary.size(); id++) {
            if (TEXT.contains(vocabulary.type(id))) {
                texts.putIfAbsent(latin1(vocabulary.bytes(id)), id);
            }
        }
        return texts;
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void addBytes(Map<String, Integer> texts, SpecialTokens special) {
        for (int b = 0; b < bytes.length; b++) {
            Integer id = texts.get(String.valueOf((char) b));
            if (id == null && special.unknown().isEmpty()) {
                throw new TokenizerException(
                        vocabulary.source(), "tokens", "none for byte " + b, "one for every byte, or an unknown token");
            }
            bytes[b] = id == null ? SymbolList.fixed(special.unknown().getAsInt()) : id;
        }
    }

    private void addWholes(Map<String, Integer> texts) {
        for (int id : texts.values()) {
            String text = new String(vocabulary.bytes(id), StandardCharsets.UTF_8);
            if (Arrays.equals(text.getBytes(StandardCharsets.UTF_8), vocabulary.bytes(id))) {
                wholes.put(text, id);
            }
        }
    }

    private void addRank(Map<String, Integer> texts, String spelling, int id) {
        for (int cut = 1; cut < spelling.length(); cut++) {
            Integer left = texts.get(spelling.substring(0, cut));
            Integer right = left == null ? null : texts.get(spelling.substring(cut));
            if (left != null && right != null) {
                merges.putIfAbsent(left, right, SymbolList.rule(id, id));
            }
        }
    }

    private void addListed(int index, String merge) {
        int space = merge.indexOf(' ', 1);
        if (space < 0) {
            throw new TokenizerException(vocabulary.source(), "merge " + index, '"' + merge + '"', "two tokens");
        }
        String left = merge.substring(0, space);
        String right = merge.substring(space + 1);
        int merged = listedToken(index, left + right);
        // Text never becomes a control token, not even where a file lists a merge to one.
        if (TEXT.contains(vocabulary.type(merged))) {
            merges.putIfAbsent(listedToken(index, left), listedToken(index, right), SymbolList.rule(index, merged));
        }
    }

    private int listedToken(int index, String piece) {
        return vocabulary
                .idOf(piece)
                .orElseThrow(() -> new TokenizerException(
                        vocabulary.source(), "merge " + index, '"' + piece + '"', "a token of the vocabulary"));
    }

    PairTable merges() {
        return merges;
    }

    /** The symbol of a byte: its token, or the unknown token fixed. */
    int symbolOf(byte b) {
        return bytes[b & 0xFF];
    }

    /** The token that is exactly this text, or null. */
    @Nullable
    Integer whole(String text) {
        return wholes.get(text);
    }
}
