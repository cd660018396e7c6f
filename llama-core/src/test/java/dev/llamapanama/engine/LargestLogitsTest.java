// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.generation.Sampling;
import dev.llamapanama.generation.SamplingBuilder;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.FindingBackend;
import dev.llamapanama.tensor.TestBackends;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.Tokenizers;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backend that finds the largest logits makes the same text, and all of them are brought only where someone looks at them. */
class LargestLogitsTest {
    private static final int TOKENS = 12;
    private static final int[] PROMPT = {5, 6, 7};

    private final Path model;

    LargestLogitsTest(@TempDir Path folder) {
        model = TestModel.builder().layers(1).build().writeGguf(folder);
    }

    @Test
    void oneRowForThePromptIsAllThatIsBrought() {
        assertRows(1, Sampling.builder().temperature(0), -1);
        assertRows(1, Sampling.builder().topK(5), -1);
    }

    @Test
    void whereOthersLookAtThemAllAreBrought() {
        assertRows(TOKENS, Sampling.builder().temperature(0), 0);
        assertRows(TOKENS, Sampling.builder().temperature(0).repetitionPenalty(1.2), -1);
    }

    private void assertRows(int expected, SamplingBuilder builder, int logprobs) {
        Sampling sampling = builder.seed(3).build();
        FindingBackend finding = new FindingBackend(TestBackends.open("cpu-scalar", 1));
        assertArrayEquals(
                tokens(TestBackends.open("cpu-scalar", 1), sampling, logprobs), tokens(finding, sampling, logprobs));
        assertEquals(expected, finding.rowsBrought());
    }

    private int[] tokens(Backend backend, Sampling sampling, int logprobs) {
        try (backend;
                Checkpoint checkpoint = Checkpoints.open(model);
                InferenceEngine engine = new InferenceEngine(checkpoint, backend, new EngineOptions(32, 1))) {
            Tokenizer tokenizer = Tokenizers.of(Objects.requireNonNull(checkpoint.tokenizer()));
            CompletionRequest request = new CompletionRequest(
                    TOKENS,
                    sampling.newSampler(),
                    List.of(),
                    Set.of(),
                    Set.of(),
                    false,
                    logprobs,
                    -1,
                    null,
                    Drafter.NONE,
                    Cancellation.never());
            try (Completion completion = new Completion(engine, tokenizer, PROMPT, request)) {
                while (completion.next() != null) {
                    // until its end
                }
                return completion.tokens();
            }
        }
    }
}
