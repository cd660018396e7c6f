// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.tokenizers.Tokenizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A vocabulary as grammars see it: the bytes of each token, arranged as a tree. Made once for a tokenizer, in a fraction of a second, and
 * shared by all generations; takes about 50 bytes for each token. Control, unknown and unused tokens are no text and match nothing.
 *
 * <p>What was found out about the latest grammars is kept, so that equal grammars share it. Safe for use by many threads.
 */
public final class GrammarVocabulary {
    private static final int MAX_GRAMMARS = 8;

    private final VocabularyIndex index;
    private final Map<Grammar, GrammarMasks> masks = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Grammar, GrammarMasks> eldest) {
            return size() > MAX_GRAMMARS;
        }
    };

    private GrammarVocabulary(VocabularyIndex index) {
        this.index = index;
    }

    /** The vocabulary of a tokenizer. */
    public static GrammarVocabulary of(Tokenizer tokenizer) {
        return of(tokenizer.vocabularySize(), token -> switch (tokenizer.type(token)) {
            case CONTROL, UNKNOWN, UNUSED -> new byte[0];
            case NORMAL, USER_DEFINED, BYTE -> tokenizer.tokenBytes(token);
        });
    }

    /** Tokens whose bytes are known; those of no bytes match nothing. */
    static GrammarVocabulary of(int size, IntFunction<byte[]> bytes) {
        return new GrammarVocabulary(new VocabularyIndex(new TokenBytes(size, bytes)));
    }

    /** Number of ids; they run from 0. */
    public int size() {
        return index.bytes().size();
    }

    VocabularyIndex index() {
        return index;
    }

    synchronized GrammarMasks masks(Grammar grammar) {
        return masks.computeIfAbsent(grammar, each -> new GrammarMasks(each.automaton(), index));
    }
}
