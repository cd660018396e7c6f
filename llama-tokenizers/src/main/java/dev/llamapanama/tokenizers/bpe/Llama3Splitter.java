// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import static dev.llamapanama.tokenizers.bpe.CharacterClass.LETTER;
import static dev.llamapanama.tokenizers.bpe.CharacterClass.NEWLINE;
import static dev.llamapanama.tokenizers.bpe.CharacterClass.NUMBER;

/** Words of Llama 3: {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+}. */
final class Llama3Splitter extends Splitter {

    @Override
    int word(char[] text, int at, int to) {
        int contraction = contraction(text, at, to);
        if (contraction != NONE) {
            return contraction;
        }
        int type = CharacterClass.at(text, at);
        boolean leads = (type & (NEWLINE | LETTER | NUMBER)) == 0;
        int start = leads ? CharacterClass.after(text, at) : at;
        int end = CharacterClass.run(text, start, to, LETTER);
        return end == start ? NONE : end;
    }

    @Override
    boolean isTrailing(char c) {
        return c == '\r' || c == '\n';
    }
}
