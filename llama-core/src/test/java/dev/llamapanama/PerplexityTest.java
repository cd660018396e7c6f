// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PerplexityTest {
    private Llama llama;

    @BeforeAll
    void open(@TempDir Path folder) {
        llama = Llama.open(TestModel.builder().build().writeGguf(folder));
    }

    @AfterAll
    void close() {
        llama.close();
    }

    @ParameterizedTest
    @CsvSource({
        "40, 128, 128", // one window, not full
        "40,  40,  40", // exactly one
        "41,  40,  40", // the last window has nothing to predict
        "40,   8,   8",
        "40,   8,   1",
        "40,   8,   5",
        "40,   8,   7",
        "40,   2,   1",
        "40,   2,   2",
        " 2, 128,   3",
        "90,  64,  20", // windows longer than the rows of a step
    })
    void sumsOverEveryTargetOnce(int length, int context, int stride) {
        int[] ids = ids(length);
        Direct direct = new Direct(ids, context, stride);

        Perplexity perplexity = llama.perplexity(ids, context, stride, Perplexity.Progress.NONE);

        assertEquals(direct.targets.size(), perplexity.tokens());
        assertEquals(direct.sum, perplexity.negativeLogLikelihood(), 1e-5);
        assertEquals(Math.exp(direct.sum / direct.targets.size()), perplexity.value(), 1e-4);
        assertEquals(context, perplexity.context());
        assertEquals(stride, perplexity.stride());
    }

    @Test
    void tellsItsProgress() {
        List<Integer> heard = new ArrayList<>();
        Set<Integer> totals = new HashSet<>();

        Perplexity perplexity = llama.perplexity(ids(41), 10, 10, (done, total) -> {
            heard.add(done);
            totals.add(total);
        });

        assertEquals(Set.of(perplexity.tokens()), totals);
        assertEquals(perplexity.tokens(), heard.size());
        assertEquals(perplexity.tokens(), heard.getLast());
    }

    @ParameterizedTest
    @CsvSource({"1, 8, 8, text", "9, 1, 1, context", "9, 8, 0, stride", "9, 8, 9, stride", "200, 129, 8, context"})
    void refusesArgumentsOutOfRange(int length, int context, int stride, String field) {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> llama.perplexity(ids(length), context, stride, Perplexity.Progress.NONE));

        assertTrue(String.valueOf(e.getMessage()).startsWith(field + ": found "), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"-1", "100000"})
    void refusesIdsOutsideTheVocabulary(int id) {
        assertThrows(
                IllegalArgumentException.class,
                () -> llama.perplexity(new int[] {1, 2, id}, 8, 8, Perplexity.Progress.NONE));
    }

    private int[] ids(int length) {
        int[] ids =
                new Random(length).ints(length, 0, llama.config().vocabSize()).toArray();
        ids[0] = 1;
        return ids;
    }

    /** Takes each target in the first window that holds it, and feeds that window up to it from scratch. */
    private final class Direct {
        private final Set<Integer> targets = new HashSet<>();
        private double sum;

        Direct(int[] ids, int context, int stride) {
            int end = 0;
            for (int begin = 0; end < ids.length; begin += stride) {
                end = Math.min(begin + context, ids.length);
                for (int target = begin + 1; target < end; target++) {
                    boolean first = begin == 0 || target >= begin - stride + context;
                    if (first) {
                        targets.add(target);
                        sum -= logProbability(Arrays.copyOfRange(ids, begin, target), ids[target]);
                    }
                }
            }
        }

        private double logProbability(int[] before, int id) {
            try (Session session = llama.session(before.length)) {
                float[] logits = session.feed(before);
                double total = 0;
                for (float logit : logits) {
                    total += Math.exp(logit);
                }
                return Math.log(Math.exp(logits[id]) / total);
            }
        }
    }
}
