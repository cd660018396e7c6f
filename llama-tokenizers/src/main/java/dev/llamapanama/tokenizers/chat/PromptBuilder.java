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

    PromptBuilder control(String spelling) {
        segments.add(new Control(spelling));
        return this;
    }

    /** Text that is encoded together with text before it. */
    PromptBuilder text(String text) {
        if (!segments.isEmpty() && segments.getLast() instanceof Text(String before)) {
            segments.removeLast();
            return part(before + text);
        }
        return part(text);
    }

    /** Text that is encoded by itself. */
    PromptBuilder part(String text) {
        if (!text.isEmpty()) {
            segments.add(new Text(text));
        }
        return this;
    }

    ChatPrompt build() {
        return new ChatPrompt(segments);
    }
}
