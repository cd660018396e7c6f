// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.bpe.TextParts;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Takes lines apart by the pattern of Llama 3 and counts the parts, as bytes with a character for each. */
final class PartWords implements Consumer<String> {
    private static final int LONGEST_STRETCH = 1 << 20;

    private final WordCounts counts = new WordCounts();
    private final StringBuilder stretch = new StringBuilder();
    private long lines;

    /** A part may hold several line feeds and the spaces between, and none goes from a line feed to a letter or digit. */
    @Override
    public void accept(String line) {
        boolean apart = !line.isEmpty() && Character.isLetterOrDigit(line.codePointAt(0));
        if (apart || stretch.length() > LONGEST_STRETCH) {
            finish();
        }
        stretch.append(line).append('\n');
        lines++;
    }

    /** Counts what is left. */
    void finish() {
        TextParts.ofLlama3(
                stretch.toString(),
                part -> counts.add(new String(part.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)));
        stretch.setLength(0);
    }

    WordCounts counts() {
        return counts;
    }

    long lines() {
        return lines;
    }
}
