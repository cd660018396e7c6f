// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What SentencePiece writes for characters without a piece. */
sealed interface UnknownCharacters {

    /** @param again whether the character before was without a piece too */
    void write(int codePoint, boolean again, IntList ids);

    /** Bytes where the vocabulary has a token for every byte, else the unknown token. */
    static UnknownCharacters of(Vocabulary vocabulary, SpecialTokens special) {
        int[] bytes = new int[256];
        Arrays.fill(bytes, -1);
        for (int id = 0; id < vocabulary.size(); id++) {
            if (vocabulary.type(id) == TokenType.BYTE) {
                bytes[vocabulary.bytes(id)[0] & 0xFF] = id;
            }
        }
        if (Arrays.stream(bytes).allMatch(id -> id >= 0)) {
            return new AsBytes(bytes);
        }
        return new AsToken(special.unknown()
                .orElseThrow(() -> new TokenizerException(
                        vocabulary.source(), "unknown token", "none", "one, or a token for every byte")));
    }

    /** Byte fallback: the tokens of the UTF-8 bytes. */
    final class AsBytes implements UnknownCharacters {
        private final int[] tokens;

        AsBytes(int[] tokens) {
            this.tokens = tokens;
        }

        @Override
        public void write(int codePoint, boolean again, IntList ids) {
            for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
                ids.add(tokens[b & 0xFF]);
            }
        }
    }

    /** One token for a run of characters. */
    record AsToken(int unknown) implements UnknownCharacters {
        @Override
        public void write(int codePoint, boolean again, IntList ids) {
            if (!again) {
                ids.add(unknown);
            }
        }
    }
}
