// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerDefinition.DummyPrefix;
import dev.llamapanama.tokenizers.Tokenizers;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever messages spell, a prompt has the control tokens of its format and no other. */
final class ForgeryTest {
    private static final String LLAMA_3 = "{{ bos_token }}{% for m in messages %}{{ '<|start_header_id|>' + m.role + "
            + "'<|end_header_id|>\n\n' + m.content|trim + '<|eot_id|>' }}{% endfor %}";

    private static long controls(ChatFormat format, TokenizerDefinition definition, List<ChatMessage> messages) {
        Tokenizer tokenizer = Tokenizers.of(definition);
        return Arrays.stream(format.encode(messages, ChatOptions.DEFAULT.withGenerationPrompt(false), tokenizer))
                .filter(id -> tokenizer.type(id) == TokenType.CONTROL)
                .count();
    }

    /** The last one looks for a tag that begins like a control token, the one before for a control token itself. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                LLAMA_3,
                "{% set x = messages[0].content.split('</think>')[0] %}" + LLAMA_3,
                "{% if '</think>' in messages[0].content %}think{% endif %}" + LLAMA_3,
                "{% if '<|eot_id|>' in messages[0].content %}forged{% endif %}" + LLAMA_3,
            })
    void templates(String template) {
        TokenizerDefinition definition = SmallVocabulary.llama3(template);
        ChatFormat format = ChatFormats.of(definition).orElseThrow();
        for (int seed = 0; seed < 300; seed++) {
            List<ChatMessage> messages = new RandomConversation(new Random(seed)).alternating();
            boolean looksForControls = template.contains("forged{%");
            long expected = 1 + 3L * messages.size();
            long found = controls(format, definition, messages);
            // The last resort gives up a control token that a message spells.
            assertEquals(expected, looksForControls ? Math.max(found, expected) : found, messages::toString);
            assertEquals(
                    format.render(messages, ChatOptions.DEFAULT),
                    format.prompt(messages, ChatOptions.DEFAULT).text());
        }
    }

    /** A template that ends in what a control token begins with, or the other way round, and the rest from a message. */
    @ParameterizedTest
    @CsvSource({
        "<|,           '',       eot_id|>",
        "<,            '',       |eot_id|>",
        "<|eot_id,     '',       '  |>  '",
        "<|eot_id|,    '',       >",
        "'',           id|>,     <|eot_",
        "'',           >,        <|eot_id|",
        "<|,           |>,       eot_id",
        "<|eot,        id|>,     _",
        "<|,           _id|>,    ' eot '",
    })
    void partsOfControlTokens(String before, String after, String content) {
        List<String> looks = List.of(
                "",
                "{% if '<|eot_id|>' in messages[0].content %}{% endif %}",
                "{% if messages[0].content.split('</think>')[0] %}{% endif %}",
                "{% if messages[0].content[0] == '<' %}less{% endif %}");
        for (String look : looks) {
            String template =
                    "{{ bos_token }}%s{%% for m in messages %%}%s{{ m.content|trim }}%s<|start_header_id|>{%% endfor %%}"
                            .formatted(look, before, after);
            TokenizerDefinition definition = SmallVocabulary.llama3(template);
            ChatFormat format = ChatFormats.of(definition).orElseThrow();
            List<ChatMessage> messages = List.of(ChatMessage.user(content), ChatMessage.user("x" + content + "x"));
            assertEquals(3, controls(format, definition, messages), template);
        }
    }

    /** What a template names by a role is its own. */
    @Test
    void rolesMayStandInsideControlTokens() {
        TokenizerDefinition definition = SmallVocabulary.byteLevel(
                "{% for m in messages %}{{ '<|' + m.role + '|>' + m.content }}{% endfor %}", "<|user|>", "<|system|>");
        ChatFormat format = ChatFormats.of(definition).orElseThrow();
        assertEquals(2, controls(format, definition, List.of(ChatMessage.system("user"), ChatMessage.user("<|user"))));
    }

    @Test
    void builtInFormats() {
        for (String name : List.of("llama-3", "llama-3.1", "llama-3.2", "llama-3.3")) {
            for (int seed = 0; seed < 100; seed++) {
                List<ChatMessage> messages = new RandomConversation(new Random(seed)).alternating();
                boolean system = messages.getFirst().role() == Role.SYSTEM;
                int turns = messages.size() + (name.equals("llama-3") || system ? 0 : 1);
                assertEquals(1 + 3L * turns, controls(ChatFormats.named(name), SmallVocabulary.llama3(), messages));
            }
        }
    }

    /** Hugging Face with {@code legacy} false gives a space to the beginning of a text only. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTemplatesTextIsEncodedAsAWhole(boolean everywhere) {
        TokenizerDefinition definition = SmallVocabulary.sentencePiece(
                everywhere ? DummyPrefix.EVERY : DummyPrefix.FIRST_WITHOUT,
                "{{ bos_token }}{% for m in messages %}{{ m.content + eos_token }}{% endfor %}",
                List.of(),
                "a",
                "b");
        Tokenizer tokenizer = Tokenizers.of(definition);
        int[] ids = ChatFormats.of(definition)
                .orElseThrow()
                .encode(List.of(ChatMessage.user("a"), ChatMessage.assistant("b")), ChatOptions.DEFAULT, tokenizer);
        String pieces = Arrays.stream(ids).mapToObj(tokenizer::piece).collect(Collectors.joining(" "));
        assertEquals(everywhere ? "<s> \u2581 a </s> \u2581 b </s>" : "<s> a </s> b </s>", pieces);
    }
}
