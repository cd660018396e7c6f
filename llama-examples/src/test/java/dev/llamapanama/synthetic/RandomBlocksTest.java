// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RandomBlocksTest {
    private static final int BLOCKS = 3001;

    static Stream<DType> types() {
        return Stream.of(DType.values()).filter(RandomBlocks::makes);
    }

    @ParameterizedTest
    @MethodSource("types")
    void elementsAreOfTheDeviationAndAboutZero(DType type) {
        double[] values = values(type, BLOCKS);

        double mean = Arrays.stream(values).average().orElseThrow();
        double deviation = Math.sqrt(Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow());
        assertEquals(0, mean, 0.003);
        assertEquals(0.02, deviation, 0.001);
        assertTrue(Arrays.stream(values).map(Math::abs).max().orElseThrow() < 0.2);
    }

    @ParameterizedTest
    @MethodSource("types")
    void blocksDiffer(DType type) {
        double[] values = values(type, 64);

        assertTrue(DoubleStream.of(values).distinct().count() > 8);
        assertTrue(IntStream.range(0, 63)
                .noneMatch(i -> Arrays.equals(
                        values,
                        i * type.blockSize(),
                        (i + 1) * type.blockSize(),
                        values,
                        63 * type.blockSize(),
                        64 * type.blockSize())));
    }

    private static double[] values(DType type, int blocks) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[blocks * type.blockBytes()]);
        RandomBlocks.fill(type, bytes, 0.02);
        float[] values = new float[blocks * type.blockSize()];
        type.decode(bytes, 0, values, 0, values.length);
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }
}
