// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.llamapanama.tensor.TestBackends;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A trained model, where the data folder that holds it stands beside the checkout, tells what other engines tell. */
class TrainedModelTest {
    private static final Path FOLDER = Path.of("..", "..", "shared", "data", "models", "stories260K");
    private static final GenerationOptions GREEDY =
            GenerationOptions.builder().maxTokens(128).temperature(0).build();

    /** What llama.cpp, llama2.c and a double-precision program continue the prompt with. */
    private static final List<Integer> STORY = List.of(
            432, 383, 286, 261, 376, 298, 315, 421, 395, 317, 426, 338, 401, 396, 267, 337, 410, 408, 419, 292, 411,
            322, 265, 282, 295, 433, 426, 385, 328, 432, 358, 394, 261, 370, 432, 352, 266, 268, 388, 426, 338, 391,
            266, 267, 337, 335, 312, 432, 398, 312, 286, 267, 414, 270, 333, 415, 426, 13, 438, 310, 439, 419, 357, 336,
            432, 313, 438, 310, 432, 278, 316, 439, 419, 298, 414, 267, 265, 282, 295, 433, 426, 436, 317, 286, 296,
            418, 269, 279, 292, 416, 439, 413, 409, 416, 327, 263, 415, 294, 267, 400, 426, 338, 336, 432, 313, 442,
            391, 267, 337, 335, 364, 420, 268, 388, 432, 398, 359, 280, 303, 439, 413, 272, 417, 264, 312, 426, 436,
            13);

    @TestFactory
    Stream<DynamicTest> tellsTheStoryThatOtherEnginesTell() {
        return Stream.of("stories260K.F32.gguf", "stories260K.F16.gguf", "stories260K.bin")
                .map(FOLDER::resolve)
                .filter(Files::exists)
                .flatMap(file -> TestBackends.names()
                        .map(backend -> dynamicTest(file + ", " + backend, () -> {
                            LlamaOptions options = LlamaOptions.DEFAULT.withBackend(backend);
                            boolean bare = file.toString().endsWith(".bin");
                            try (Llama llama = Llama.open(
                                    file, bare ? options.withTokenizer(FOLDER.resolve("tok512.bin")) : options)) {
                                Generation story = llama.generate("Once upon a time", GREEDY);
                                assertEquals(STORY, story.tokens());
                                assertTrue(
                                        story.text().startsWith(", there was a little girl named Lily."), story.text());
                            }
                        })));
    }
}
