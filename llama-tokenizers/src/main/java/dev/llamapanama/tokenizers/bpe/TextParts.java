// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.Optional;
import java.util.function.Consumer;

/** The parts of a text over which byte-level BPE does not merge. */
public final class TextParts {
    private TextParts() {}

    /**
     * The regular expression of a pattern, by its name in GGUF or by itself.
     *
     * @return nothing where no Llama has it
     */
    public static Optional<String> pattern(String preTokenizer) {
        return PreTokenizer.named(preTokenizer).map(PreTokenizer::pattern);
    }

    /** Hands over each part by the pattern of Llama 3. */
    public static void ofLlama3(String text, Consumer<String> action) {
        Splitter splitter = PreTokenizer.LLAMA_3.splitter();
        char[] chars = text.toCharArray();
        int end;
        for (int at = 0; at < chars.length; at = end) {
            end = splitter.end(chars, at, chars.length);
            action.accept(text.substring(at, end));
        }
    }
}
