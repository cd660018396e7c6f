// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.function.Consumer;
import java.util.regex.Matcher;

/** The parts of a text over which byte-level BPE does not merge. */
public final class TextParts {
    private TextParts() {}

    /** Hands over each part by the pattern of Llama 3. */
    public static void ofLlama3(String text, Consumer<String> action) {
        Matcher parts = PreTokenizer.LLAMA_3.pattern().matcher(text);
        while (parts.find()) {
            action.accept(parts.group());
        }
    }
}
