// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import org.jspecify.annotations.Nullable;

/** A part of what a message says. */
public sealed interface ContentPart {

    /** @param text any text; control tokens that it spells stay text */
    record Text(String text) implements ContentPart {}

    /**
     * What a tool returned, as data.
     *
     * @param value a JSON value: maps with text as keys, lists, text, numbers, booleans, null; copied
     */
    record Json(@Nullable Object value) implements ContentPart {
        /** @throws ChatException where the value is none that JSON has */
        public Json {
            value = JsonValues.copy(value);
        }
    }

    /** The place of an image. Formats of models that read text only refuse it. */
    record Image() implements ContentPart {}
}
