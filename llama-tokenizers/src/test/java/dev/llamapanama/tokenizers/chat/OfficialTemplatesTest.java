// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.tokenizers.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Built-in formats write what the templates of their models write, down to what is control and what is text. */
final class OfficialTemplatesTest {
    private static final Map<String, String> MODELS =
            Map.of("llama-3.1", "3.1-8B", "llama-3.2", "3.2-3B", "llama-3.3", "3.3-70B");

    @TestFactory
    Stream<DynamicTest> builtInFormatsEqualTheTemplates() {
        return MODELS.keySet().stream()
                .filter(name -> Files.exists(template(name)))
                .map(name -> DynamicTest.dynamicTest(name, () -> assertEqual(name)));
    }

    private static Path template(String name) {
        return SharedData.TEMPLATES.resolve("meta-llama-Llama-" + MODELS.get(name) + "-Instruct.jinja");
    }

    private static void assertEqual(String name) {
        ChatFormat template = ChatFormats.ofTemplate(SharedData.text(template(name)), SmallVocabulary.llama3());
        ChatFormat builtIn = ChatFormats.named(name);
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            RandomConversation conversation = new RandomConversation(random);
            List<ChatMessage> messages = conversation.withTools();
            ChatOptions options = options(random, conversation);
            assertEquals(
                    template.prompt(messages, options).segments(),
                    builtIn.prompt(messages, options).segments(),
                    () -> messages + " " + options);
        }
    }

    private static ChatOptions options(Random random, RandomConversation conversation) {
        ChatOptions options = ChatOptions.DEFAULT.withGenerationPrompt(random.nextBoolean());
        if (random.nextBoolean()) {
            options = options.withTools(List.of(conversation.tool(), conversation.tool()))
                    .withVariables(Map.of("tools_in_user_message", random.nextInt(3) > 0));
        }
        if (random.nextBoolean()) {
            options = options.withBuiltInTools(List.of("brave_search", "code_interpreter"));
        }
        return random.nextBoolean() ? options.withDate(LocalDate.of(2025, 1, random.nextInt(1, 31))) : options;
    }
}
