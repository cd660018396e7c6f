// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import static dev.llamapanama.tokenizers.bpe.CharacterClass.CASELESS;
import static dev.llamapanama.tokenizers.bpe.CharacterClass.LETTER;
import static dev.llamapanama.tokenizers.bpe.CharacterClass.LOWER;
import static dev.llamapanama.tokenizers.bpe.CharacterClass.MARK;
import static dev.llamapanama.tokenizers.bpe.CharacterClass.NEWLINE;
import static dev.llamapanama.tokenizers.bpe.CharacterClass.NUMBER;
import static dev.llamapanama.tokenizers.bpe.CharacterClass.UPPER;

/**
 * Words of Llama 4: at most one character that is no letter, digit or line break, then upper case before lower case, of
 * which the second alternative leaves out the latter, then a contraction. Letters without case and marks are both.
 */
final class Llama4Splitter extends Splitter {
    private static final int EITHER = CASELESS | MARK;

    @Override
    int word(char[] text, int at, int to) {
        int type = CharacterClass.at(text, at);
        int start = (type & (NEWLINE | LETTER | NUMBER)) == 0 ? CharacterClass.after(text, at) : at;
        int end = endsLower(text, start, to);
        if (end == NONE && (type & MARK) != 0) {
            end = endsLower(text, at, to);
        }
        if (end == NONE) {
            end = CharacterClass.run(text, start, to, UPPER | EITHER);
            if (end == start) {
                return NONE;
            }
        }
        int contraction = contraction(text, end, to);
        return contraction == NONE ? end : contraction;
    }

    /**
     * {@code [UPPER EITHER]*[LOWER EITHER]+}: where nothing of the second class follows the first run, it gives back what
     * is behind its last character of either.
     */
    private static int endsLower(char[] text, int start, int to) {
        int at = start;
        int afterEither = NONE;
        while (at < to) {
            int type = CharacterClass.at(text, at);
            if ((type & (UPPER | EITHER)) == 0) {
                break;
            }
            at = CharacterClass.after(text, at);
            afterEither = (type & EITHER) == 0 ? afterEither : at;
        }
        int end = CharacterClass.run(text, at, to, LOWER | EITHER);
        return end == at ? afterEither : end;
    }

    @Override
    boolean isTrailing(char c) {
        return c == '\r' || c == '\n' || c == '/';
    }
}
