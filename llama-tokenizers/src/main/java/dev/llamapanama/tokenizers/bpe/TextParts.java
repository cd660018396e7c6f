// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of a text over which byte-level BPE does not merge. */
public final class TextParts {
    private static final Pattern LLAMA_3 = Pattern.compile(
            String.valueOf(PreTokenizer.LLAMA_3.pattern()), Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

    private TextParts() {}

    /** Hands over each part by the pattern of Llama 3. */
    public static void ofLlama3(String text, Consumer<String> action) {
        Matcher parts = LLAMA_3.matcher(text);
        while (parts.find()) {
            action.accept(parts.group());
        }
    }
}
