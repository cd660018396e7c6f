// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Templates are chosen as {@code apply_chat_template} of Hugging Face transformers does. */
final class ModelTemplatesTest {
    private static final ChatOptions PLAIN = ChatOptions.DEFAULT;
    private static final ChatOptions TOOLS = PLAIN.withTools(List.of(ToolDefinition.of("f", "", Map.of())));
    private static final Map<String, String> NAMED = Map.of("tool_use", "with tools", "rag", "with documents");

    private static TokenizerDefinition definition(@Nullable String template, Map<String, String> named) {
        TokenizerDefinition of = SmallVocabulary.llama3(template);
        return new TokenizerDefinition(
                of.source(),
                of.model(),
                of.preTokenizer(),
                of.pieces(),
                of.types(),
                of.scores(),
                of.merges(),
                of.special(),
                of.whitespace(),
                template,
                of.particulars().withChatTemplates(named));
    }

    private static String render(TokenizerDefinition definition, ChatOptions options) {
        return ChatFormats.of(definition).orElseThrow().render(List.of(), options);
    }

    @Test
    void toolsHaveTheirTemplate() {
        TokenizerDefinition definition = definition("plain", NAMED);
        assertEquals("plain", render(definition, PLAIN));
        assertEquals("with tools", render(definition, TOOLS));
        assertEquals("with documents", render(definition, TOOLS.withTemplate("rag")));
        assertEquals("plain", render(definition, TOOLS.withTemplate("default")));
        assertEquals("plain", render(definition("plain", Map.of("rag", "x")), TOOLS));
        assertEquals(Optional.of("with tools"), ChatFormats.template(definition, null, true));
        assertEquals(Optional.of("with documents"), ChatFormats.template(definition, "rag", true));
    }

    @Test
    void aTemplateHasToBeThere() {
        TokenizerDefinition definition = definition(null, NAMED);
        assertEquals("with tools", render(definition, TOOLS));
        assertRefused(
                "test: found no chat template called default, expected one of [rag, tool_use]", definition, PLAIN);
        assertRefused(
                "test: found no chat template called poem, expected one of [rag, tool_use]",
                definition,
                PLAIN.withTemplate("poem"));
        assertRefused(
                "llama-3.1: found the template name rag, expected none: built-in formats have no templates",
                SmallVocabulary.llama3(),
                PLAIN.withTemplate("rag"));
    }

    private static void assertRefused(String message, TokenizerDefinition definition, ChatOptions options) {
        assertEquals(
                message,
                assertThrows(ChatException.class, () -> render(definition, options))
                        .getMessage());
    }
}
