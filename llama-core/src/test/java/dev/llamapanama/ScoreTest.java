// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.generation.Sampler;
import dev.llamapanama.tokenizers.EncodeOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScoreTest {
    private static final String CONTEXT = "once upon a time there was a ";

    @AutoClose
    private final Llama llama;

    ScoreTest(@TempDir Path folder) {
        llama = Llama.open(TestModel.builder().build().writeGguf(folder));
    }

    /** Token by token, in a session for each. */
    private Score oracle(String context, String continuation) {
        int start = llama.tokenizer().encode(context.stripTrailing(), EncodeOptions.PROMPT).length;
        int[] ids = llama.tokenizer().encode(context + continuation, EncodeOptions.PROMPT);
        double sum = 0;
        boolean greedy = true;
        try (Session session = llama.session()) {
            for (int i = 1; i < ids.length; i++) {
                float[] logits = session.feed(ids[i - 1]);
                if (i >= start) {
                    double norm = 0;
                    for (float logit : logits) {
                        norm += Math.exp(logit);
                    }
                    sum += logits[ids[i]] - Math.log(norm);
                    greedy &= Sampler.argmax(logits) == ids[i];
                }
            }
        }
        return new Score(sum, ids.length - start, greedy);
    }

    @Test
    void isTheProbabilityOfEachToken() {
        List<String> continuations = List.of("time", "they were", "cat and a dog, and the end of it.", "x");
        List<Score> found = llama.score(CONTEXT, continuations);
        for (int i = 0; i < continuations.size(); i++) {
            Score expected = oracle(CONTEXT, continuations.get(i));
            assertEquals(expected.logLikelihood(), found.get(i).logLikelihood(), 1e-6);
            assertEquals(expected.tokens(), found.get(i).tokens());
            assertEquals(expected.greedy(), found.get(i).greedy());
        }
        assertEquals(List.of(), llama.score(CONTEXT, List.of()));
    }

    @Test
    void anEmptyContextIsTheBeginToken() {
        assertEquals(
                oracle("", "once").logLikelihood(),
                llama.score("", List.of("once")).getFirst().logLikelihood(),
                1e-6);
        assertThrows(IllegalArgumentException.class, () -> llama.score(CONTEXT, List.of("a", "")));
    }
}
