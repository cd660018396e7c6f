// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tensor.DType;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors larger than those of F32, which are 1e-7 here, turn no rounding over; with any tokens they do. */
class DecidedTokensTest {
    private static final int TOKENS = 64;
    private static final double TOLERANCE = 1e-5;

    @ParameterizedTest
    @CsvSource({"F32, F16, 2e-7", "BF16, F16, 2e-7", "Q8_0, F16, 2e-7", "Q8_0, F32, 1e-6", "Q4_1, F32, 1e-6"})
    void errorsDontGrow(DType type, DType kvType, double error) {
        TestModel model = TestModel.builder().type(type).build();
        int[] decided = new DecidedTokens(model, kvType).sequence(TOKENS);
        assertEquals(0, distance(model, kvType, error, decided), TOLERANCE);
        int[] any = new Random(1).ints(TOKENS, 0, model.config().vocabSize()).toArray();
        assertTrue(distance(model, kvType, error, any) > TOLERANCE);
    }

    /** How far errors bring any logit at most, relative to the largest of its token. */
    private static double distance(TestModel model, DType kvType, double error, int[] ids) {
        double[][] exact = new ReferenceDecoder(model, model.type(), kvType).logits(ids);
        double farthest = 0;
        for (int seed = 0; seed < 10; seed++) {
            double[][] found = new ReferenceDecoder(model, model.type(), kvType)
                    .withErrors(error, new Random(seed))
                    .logits(ids);
            for (int t = 0; t < ids.length; t++) {
                farthest = Math.max(farthest, distance(exact[t], found[t]));
            }
        }
        return farthest;
    }

    private static double distance(double[] exact, double[] found) {
        double difference = 0;
        double largest = 0;
        for (int i = 0; i < exact.length; i++) {
            difference = Math.max(difference, Math.abs(exact[i] - found[i]));
            largest = Math.max(largest, Math.abs(exact[i]));
        }
        return difference / largest;
    }
}
