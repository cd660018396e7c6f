// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The story that llama2.c's own test expects, where the data folder that holds its model stands beside the checkout. */
class StoriesTest {
    private static final Path STORIES = Path.of("..", "..", "shared", "data", "models", "stories260K");
    private static final String BEGINNING = "Once upon a time, there was a little girl named Lily. "
            + "She loved to play outside in the park. One day, she saw a big, red ball.";

    @TestFactory
    Stream<DynamicTest> tellsTheStory() {
        return Stream.of("stories260K.bin", "stories260K.F32.gguf", "stories260K.F16.gguf")
                .map(STORIES::resolve)
                .filter(Files::exists)
                .map(model -> DynamicTest.dynamicTest(model.toString(), () -> assertStory(model)));
    }

    private static void assertStory(Path model) {
        String text = Cli.text(
                "generate",
                "--model",
                model,
                "--tokenizer",
                STORIES.resolve("tok512.bin"),
                "--prompt",
                "",
                "--temperature",
                0,
                "--max-tokens",
                60);

        assertTrue(text.startsWith(BEGINNING), text);
    }
}
