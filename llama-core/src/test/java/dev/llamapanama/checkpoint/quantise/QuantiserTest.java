// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import static dev.llamapanama.tensor.DType.BF16;
import static dev.llamapanama.tensor.DType.F16;
import static dev.llamapanama.tensor.DType.F32;
import static dev.llamapanama.tensor.DType.IQ4_NL;
import static dev.llamapanama.tensor.DType.IQ4_XS;
import static dev.llamapanama.tensor.DType.Q2_K;
import static dev.llamapanama.tensor.DType.Q3_K;
import static dev.llamapanama.tensor.DType.Q4_0;
import static dev.llamapanama.tensor.DType.Q4_1;
import static dev.llamapanama.tensor.DType.Q4_K;
import static dev.llamapanama.tensor.DType.Q5_0;
import static dev.llamapanama.tensor.DType.Q5_1;
import static dev.llamapanama.tensor.DType.Q5_K;
import static dev.llamapanama.tensor.DType.Q6_K;
import static dev.llamapanama.tensor.DType.Q8_0;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tensor.BlockLayout;
import dev.llamapanama.tensor.BlockQuantiser;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.TypeDefinition;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class QuantiserTest {
    private static final int COUNT = 256 * 64;
    /** The others are read only. */
    private static final Set<DType> TYPES =
            EnumSet.of(F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS);

    private static Stream<DType> types() {
        return TYPES.stream();
    }

    private static Stream<DType> narrowTypes() {
        return types().filter(type -> type != F32 && type != BF16);
    }

    private static Stream<DType> blockTypes() {
        return types().filter(type -> type.blockSize() > 1);
    }

    @Test
    void otherTypesAreRefused() {
        for (DType type : EnumSet.complementOf(EnumSet.copyOf(TYPES))) {
            assertThrows(IllegalArgumentException.class, () -> Quantiser.of(type), type::name);
        }
    }

    /** Of gaussian numbers, the error in units of their deviation; rate-distortion theory allows no less than 2^−bits. */
    @ParameterizedTest
    @CsvSource({
        "F16, 2.2e-4, 0",
        "BF16, 1.8e-3, 0",
        "Q8_0, 5.4e-3, 8.5",
        "Q4_0, 0.083, 4.5",
        "Q4_1, 0.072, 5",
        "Q5_0, 0.042, 5.5",
        "Q5_1, 0.0345, 6",
        "Q2_K, 0.267, 2.625",
        "Q3_K, 0.148, 3.4375",
        "Q4_K, 0.072, 4.5",
        "Q5_K, 0.0355, 5.5",
        "Q6_K, 0.0175, 6.5625",
        "IQ4_NL, 0.0755, 4.5",
        "IQ4_XS, 0.076, 4.25"
    })
    void errorsAreSmall(DType type, double most, double bits) {
        float[] values = gaussian(COUNT, 0.02);

        double error = Math.sqrt(error(values, decoded(type, stored(type, values))) / COUNT) / 0.02;

        assertTrue(error < most, () -> type + ": " + error);
        assertTrue(bits == 0 || error > Math.pow(2, -bits), () -> type + ": " + error);
    }

    /** The test code's own way takes the range of each group. */
    @ParameterizedTest
    @MethodSource("blockTypes")
    void searchesBeatRanges(DType type) {
        float[] values = gaussian(COUNT, 1);
        byte[] byRange = new byte[(int) type.bytes(COUNT)];
        for (int i = 0, at = 0; i < COUNT; i += type.blockSize(), at += type.blockBytes()) {
            byte[] block = new byte[type.blockBytes()];
            new BlockQuantiser(BlockLayout.of(type))
                    .quantise(Arrays.copyOfRange(values, i, i + type.blockSize()), block);
            System.arraycopy(block, 0, byRange, at, block.length);
        }

        double ours = error(values, decoded(type, stored(type, values)));

        assertTrue(ours < error(values, decoded(type, byRange)), type::name);
    }

    /** What a quantiser has made it finds again. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q5_0"})
    void storedNumbersAreStoredExactly(DType type) {
        byte[] once = stored(type, gaussian(COUNT, 0.5));
        float[] values = decoded(type, once);

        assertArrayEquals(withoutSignOfZero(values), withoutSignOfZero(decoded(type, stored(type, values))));
    }

    private static float[] withoutSignOfZero(float[] values) {
        float[] sums = values.clone();
        for (int i = 0; i < sums.length; i++) {
            sums[i] += 0f;
        }
        return sums;
    }

    /** Every scale that makes a difference, one after the other: the least error there is. */
    @Test
    void noScaleIsMuchBetter() {
        Random random = new Random(3);
        double ours = 0;
        double best = 0;
        for (int trial = 0; trial < 200; trial++) {
            float[] values = new float[32];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            ours += error(values, decoded(DType.Q4_0, stored(DType.Q4_0, values)));
            best += leastError(values, -8, 7);
        }
        double ratio = ours / best;
        assertTrue(ratio < 1.02 && ratio > 0.999, () -> "error " + ratio + " times the least");
    }

    private static double leastError(float[] values, int lowest, int highest) {
        double least = Double.POSITIVE_INFINITY;
        for (double scale = -1; scale < 1; scale += 1e-3) {
            double sum = 0;
            for (float value : values) {
                double q = Math.max(lowest, Math.min(highest, Math.rint(value / scale)));
                sum += (value - scale * q) * (value - scale * q);
            }
            least = Math.min(least, sum);
        }
        return least;
    }

    @ParameterizedTest
    @MethodSource("types")
    void zerosAndConstantsSurvive(DType type) {
        float[] zeros = new float[256];
        assertArrayEquals(zeros, decoded(type, stored(type, zeros)), type.name());

        for (float constant : new float[] {1, -1}) {
            float[] values = new float[256];
            Arrays.fill(values, constant);
            for (float value : decoded(type, stored(type, values))) {
                assertEquals(constant, value, 0.02, type.name());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("narrowTypes")
    void numbersThatDoNotFitAreFound(DType type) {
        for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f}) {
            float[] values = gaussian(256, 1);
            values[100] = odd;
            assertFalse(Double.isFinite(error(values, decoded(type, stored(type, values)))), type + " " + odd);
        }
    }

    /** What a type's definition says is what its decoder says, and the quantiser is the inverse of both. */
    @ParameterizedTest
    @MethodSource("types")
    void blocksMeanWhatTheyAreDefinedToMean(DType type) {
        float[] values = gaussian(512, 1);
        byte[] stored = stored(type, values);
        float[] decoded = decoded(type, stored);
        double[] defined = TypeDefinition.decode(type, stored);
        for (int i = 0; i < decoded.length; i++) {
            assertEquals(defined[i], decoded[i], 1e-5 * Math.max(1, Math.abs(defined[i])));
        }
    }

    private static float[] gaussian(int count, double deviation) {
        Random random = new Random(11);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    private static byte[] stored(DType type, float[] values) {
        byte[] stored = new byte[(int) type.bytes(values.length)];
        Quantiser.of(type).quantise(values, 0, values.length, MemorySegment.ofArray(stored), 0);
        return stored;
    }

    private static float[] decoded(DType type, byte[] stored) {
        float[] values = new float[stored.length / type.blockBytes() * type.blockSize()];
        type.decode(MemorySegment.ofArray(stored), 0, values, 0, values.length);
        return values;
    }

    private static double error(float[] values, float[] others) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            double difference = (double) values[i] - others[i];
            sum += difference * difference;
        }
        return sum;
    }
}
