// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Built-in formats write what the templates of their models write, down to what is control and what is text. The templates
 * lie in a folder beside the project; without it there is nothing to compare.
 */
final class OfficialTemplatesTest {
    private static final Path TEMPLATES = Path.of("..", "..", "shared", "data", "templates");

    @ParameterizedTest
    @CsvSource({"llama-3.1,3.1-8B", "llama-3.2,3.2-3B", "llama-3.3,3.3-70B"})
    void builtInFormatsEqualTheTemplates(String name, String model) throws IOException {
        Path file = TEMPLATES.resolve("meta-llama-Llama-" + model + "-Instruct.jinja");
        assumeTrue(Files.exists(file));
        TokenizerDefinition definition = SmallVocabulary.llama3();
        ChatFormat template = ChatFormats.ofTemplate(Files.readString(file), definition);
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
