// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.chat.ChatPrompt.Control;
import dev.llamapanama.tokenizers.chat.ChatPrompt.Segment;
import dev.llamapanama.tokenizers.chat.ChatPrompt.Text;
import java.util.ArrayList;
import java.util.List;

/** Writes a prompt from its beginning to its end. */
final class PromptBuilder {
    private final List<Segment> segments = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    PromptBuilder control(String spelling) {
        endText();
        segments.add(new Control(spelling));
        return this;
    }

    /** Text that is encoded together with text before it. */
    PromptBuilder text(String more) {
        text.append(more);
        return this;
    }

    /** Text that is encoded by itself. */
    PromptBuilder part(String part) {
        endText();
        return text(part);
    }

    private void endText() {
        if (!text.isEmpty()) {
            segments.add(new Text(text.toString()));
            text.setLength(0);
        }
    }

    List<Segment> segments() {
        endText();
        return segments;
    }

    ChatPrompt build() {
        return new ChatPrompt(segments());
    }
}
