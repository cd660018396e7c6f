// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.training.tuning.Example;

/** Where words begin. What is inside a word follows from its begin: made unlikely, it would be spelt in another way, not be another word. */
record WordBegins(Tokenizer tokenizer) {
    /** Whether a token has the first letter of a word. */
    boolean at(Example example, int at) {
        byte[] bytes = tokenizer.tokenBytes(example.token(at));
        boolean apart = bytes.length > 0 && bytes[0] == ' ';
        int first = apart ? 1 : 0;
        return first < bytes.length
                && (isLetter(bytes[first]) || bytes[first] < 0)
                && (apart || at == 0 || !endsInLetter(tokenizer.tokenBytes(example.token(at - 1))));
    }

    /** Other scripts than Latin may have no blanks between words: each of their characters counts as one. */
    private static boolean endsInLetter(byte[] bytes) {
        return bytes.length > 0 && isLetter(bytes[bytes.length - 1]);
    }

    private static boolean isLetter(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
    }
}
