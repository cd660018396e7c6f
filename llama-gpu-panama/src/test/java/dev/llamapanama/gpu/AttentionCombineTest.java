// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.gpu.driver.Grid;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parts of attention are joined, for every number of splits and size of a head, as in double. */
@Tag("checked")
class AttentionCombineTest {
    private static final int HEADS = 3;
    private static final int ROWS = 2;
    private static final int MOST_ROWS = 4;
    private static final int[] LISTED = {3, 1};

    @ParameterizedTest
    @CsvSource({
        "128, 1", "128, 2", "128, 8", "128, 9", "128, 33", "128, 64", "64, 64", "48, 17", "100, 33", "256, 1",
        "256, 32", "8, 64"
    })
    void isWhatItIsInDouble(int headDim, int splits) {
        float[] parts = parts(headDim, splits);
        MemorySegment joined = joinedByKernel(parts, headDim, splits);
        for (int head = 0; head < ROWS * HEADS; head++) {
            int listed = LISTED[head / HEADS] * HEADS + head % HEADS;
            for (int d = 0; d < headDim; d++) {
                double expected = joined(parts, head * splits * (headDim + 2), headDim, splits, d);
                float found = joined.getAtIndex(JAVA_FLOAT, (long) listed * headDim + d);
                assertEquals(expected, found, 1e-6, "head " + head + ", element " + d);
            }
        }
    }

    /** In a grid of one row more than there are. */
    private static MemorySegment joinedByKernel(float[] parts, int headDim, int splits) {
        try (Arena arena = Arena.ofConfined();
                CudaSession session = CudaSession.open();
                DeviceMemory memory = new DeviceMemory(session, arena)) {
            int results = MOST_ROWS * HEADS * headDim;
            long out = memory.allocate((long) results * Float.BYTES);
            memory.launch(
                    "attention_combine",
                    Grid.of(HEADS, ROWS + 1, new AttentionSplits(splits, 0).combiningThreads(headDim)),
                    memory.with(MemorySegment.ofArray(parts)),
                    memory.with(MemorySegment.ofArray(new int[] {ROWS})),
                    memory.with(MemorySegment.ofArray(LISTED)),
                    HEADS,
                    headDim,
                    splits,
                    out);
            return memory.read(out, results);
        }
    }

    /** Results up to 1, relative to sums of 1 to 2; every fifth part, but not the first, of nothing. */
    private static float[] parts(int headDim, int splits) {
        Random random = new Random(splits);
        float[] parts = new float[ROWS * HEADS * splits * (headDim + 2)];
        for (int part = 0; part < ROWS * HEADS * splits; part++) {
            int at = part * (headDim + 2);
            boolean isEmpty = part % splits % 5 == 4;
            for (int d = 0; d < headDim && !isEmpty; d++) {
                parts[at + d] = random.nextFloat(-1, 1);
            }
            parts[at + headDim] = isEmpty ? Float.NEGATIVE_INFINITY : random.nextFloat(-20, 20);
            parts[at + headDim + 1] = isEmpty ? 0 : random.nextFloat(1, 2);
        }
        return parts;
    }

    private static double joined(float[] parts, int first, int headDim, int splits, int d) {
        double max = Double.NEGATIVE_INFINITY;
        for (int split = 0; split < splits; split++) {
            max = Math.max(max, parts[first + split * (headDim + 2) + headDim]);
        }
        double sum = 0;
        double result = 0;
        for (int split = 0; split < splits; split++) {
            int at = first + split * (headDim + 2);
            double factor = Math.exp(parts[at + headDim] - max);
            sum += factor * parts[at + headDim + 1];
            result += factor * parts[at + d];
        }
        return result / sum;
    }
}
