// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/**
 * A change of text before encoding, in the words of {@code tokenizer.json} (huggingface/tokenizers, src/normalizers). Each
 * stretch between tokens that are cut out of the text is changed alone. Immutable.
 */
public sealed interface Normalization {

    /** {@code NFC}, {@code NFD}, {@code NFKC} or {@code NFKD}, of Unicode 9: characters added since then stay. */
    record UnicodeForm(Normalizer.Form form) implements Normalization {}

    /** Every character in lower case, whatever stands beside it. */
    record Lowercase() implements Normalization {}

    /** Takes marks away: those of Unicode 9. */
    record StripAccents() implements Normalization {}

    /** Takes white space away, at either end of the text or at both. */
    record Strip(boolean left, boolean right) implements Normalization {}

    /**
     * Replaces a text wherever it stands.
     *
     * @param pattern what is replaced, at least one character
     * @param content what stands there then
     */
    record Replace(String pattern, String content) implements Normalization {

        /**
         * Checks both.
         *
         * @throws IllegalArgumentException where the pattern is empty, or one of them holds half a surrogate pair
         */
        public Replace {
            if (pattern.isEmpty()) {
                throw new IllegalArgumentException("pattern: found nothing, expected at least one character");
            }
            requireText("pattern", pattern);
            requireText("content", content);
        }
    }

    /** Puts a text before what isn't empty. */
    record Prepend(String content) implements Normalization {

        /**
         * Checks the text.
         *
         * @throws IllegalArgumentException where it holds half a surrogate pair
         */
        public Prepend {
            requireText("content", content);
        }
    }

    private static void requireText(String name, String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(name + ": found half a surrogate pair, expected Unicode text");
        }
    }
}
