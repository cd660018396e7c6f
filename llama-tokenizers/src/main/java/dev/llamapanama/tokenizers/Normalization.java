// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.text.Normalizer;

/**
 * A change of text before encoding, in the words of {@code tokenizer.json} (huggingface/tokenizers, src/normalizers). Each
 * stretch between tokens that are cut out of the text is changed alone.
 */
public sealed interface Normalization {

    /** {@code NFC}, {@code NFD}, {@code NFKC} or {@code NFKD}, of Unicode 9: characters added since then stay. */
    record UnicodeForm(Normalizer.Form form) implements Normalization {}

    /** Every character in lower case, whatever stands beside it. */
    record Lowercase() implements Normalization {}

    /** Takes marks away: those of Unicode 9. */
    record StripAccents() implements Normalization {}

    /** Takes white space away. */
    record Strip(boolean left, boolean right) implements Normalization {}

    /** Replaces a text, which isn't empty, wherever it stands. */
    record Replace(String pattern, String content) implements Normalization {}

    /** Puts a text before what isn't empty. */
    record Prepend(String content) implements Normalization {}
}
