// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerException;
import java.util.Arrays;
import java.util.Set;

/** What SentencePiece writes for characters without a piece. */
sealed interface UnknownCharacters {

    /**
     * @param again whether the character before was without a piece too
     * @param start where the character begins in the text, which ends at {@code end}
     */
    void write(int codePoint, boolean again, int start, int end, TokenSink sink);

    /** Whether what is written for a word depends on what stands before it. */
    boolean isFused();

    /**
     * Bytes where the vocabulary has a token for every byte, else the unknown token.
     *
     * @param fused whether a run of such characters is one unknown token
     */
    static UnknownCharacters of(Vocabulary vocabulary, SpecialTokens special, boolean fused) {
        int[] bytes = new int[256];
        Arrays.fill(bytes, -1);
        vocabulary.idsOf(Set.of(TokenType.BYTE)).forEach(id -> bytes[vocabulary.byteAt(id, 0)] = id);
        if (Arrays.stream(bytes).allMatch(id -> id >= 0)) {
            return new AsBytes(bytes);
        }
        int unknown = special.unknown()
                .orElseThrow(() -> new TokenizerException(
                        vocabulary.source(), "unknown token", "none", "one, or a token for every byte"));
        return new AsToken(unknown, fused);
    }

    /** Byte fallback: the tokens of the UTF-8 bytes. */
    final class AsBytes implements UnknownCharacters {
        private final int[] tokens;

        AsBytes(int[] tokens) {
            this.tokens = tokens;
        }

        @Override
        public void write(int codePoint, boolean again, int start, int end, TokenSink sink) {
            int count = Utf8Bytes.count(codePoint);
            for (int i = 0; i < count; i++) {
                sink.add(tokens[Utf8Bytes.at(codePoint, count, i)], start, end);
            }
        }

        @Override
        public boolean isFused() {
            return false;
        }
    }

    /** The unknown token, once for a run of characters or for each. */
    record AsToken(int unknown, boolean isFused) implements UnknownCharacters {
        @Override
        public void write(int codePoint, boolean again, int start, int end, TokenSink sink) {
            if (again && isFused) {
                sink.extend(end);
            } else {
                sink.add(unknown, start, end);
            }
        }
    }
}
