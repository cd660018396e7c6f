// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.gpu.driver.Grid;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kernels that find the largest logits of rows and the sum of their weights, beside a sort and a sum in double. */
@Tag("checked")
class LargestTest {
    private static final int LARGEST = 64;
    private static final int PART = 1024;
    private static final int FOUND = 2 * LARGEST + 4;

    /** What the kernels left of a row. */
    private record Found(MemorySegment row) {
        int[] ids() {
            return row.asSlice(0, LARGEST * Integer.BYTES).toArray(JAVA_INT);
        }

        float logit(int place) {
            return row.getAtIndex(JAVA_FLOAT, (long) LARGEST + place);
        }

        float total() {
            return row.getAtIndex(JAVA_FLOAT, 2L * LARGEST);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 31", "2, 64", "3, 65", "2, 1000", "2, 1024", "1, 1025", "2, 5003", "1, 40001"})
    void areThoseOfASort(int rows, int width) {
        Random random = new Random(width);
        float[][] logits = new float[rows][width];
        float[] temperatures = new float[rows];
        for (int row = 0; row < rows; row++) {
            temperatures[row] = 0.3f + row;
            for (int i = 0; i < width; i++) {
                logits[row][i] = (float) (4 * random.nextGaussian());
            }
        }
        assertFound(logits, temperatures);
    }

    @Test
    void ofEqualOnesTheSmallerIdIsFirst() {
        float[][] logits = new float[2][3000];
        for (int i = 0; i < 3000; i++) {
            logits[0][i] = i % 7 == 0 ? -0.0f : i % 5 == 0 ? 0.0f : i % 3 - 3;
        }
        assertFound(logits, new float[] {1, 2});
    }

    @Test
    void infiniteOnesAreLargestAndSmallest() {
        float[][] logits = new float[2][2000];
        Arrays.fill(logits[0], Float.NEGATIVE_INFINITY);
        logits[0][1999] = 3;
        logits[0][17] = -2;
        logits[1][1500] = Float.MAX_VALUE;
        logits[1][3] = -Float.MAX_VALUE;
        assertFound(logits, new float[] {1, 1});
    }

    @Test
    void aRowThatIsNoNumberSomewhereHasNoTotalAndItsNumbersFirst() {
        float[][] logits = new float[3][70];
        for (int i = 0; i < 70; i++) {
            logits[0][i] = i < 10 ? Float.NaN : -i;
            logits[1][i] = Float.NaN;
            logits[2][i] = i;
        }
        List<Found> found = find(logits, new float[] {1, 1, 0});
        assertArrayEquals(
                ids(IntStream.range(10, 70), IntStream.range(0, 4)),
                found.getFirst().ids());
        assertArrayEquals(
                ids(IntStream.range(0, 64), IntStream.empty()), found.get(1).ids());
        assertEquals(Float.NaN, found.getFirst().total());
        assertEquals(Float.NaN, found.get(1).total());
        assertEquals(1, found.get(2).total());
    }

    private static int[] ids(IntStream first, IntStream then) {
        return IntStream.concat(first, then).toArray();
    }

    private static void assertFound(float[][] logits, float[] temperatures) {
        List<Found> found = find(logits, temperatures);
        for (int row = 0; row < logits.length; row++) {
            float[] of = logits[row];
            int[] order = IntStream.range(0, of.length)
                    .boxed()
                    .sorted(Comparator.<Integer>comparingDouble(i -> -(of[i] + 0.0f))
                            .thenComparing(i -> i))
                    .limit(LARGEST)
                    .mapToInt(i -> i)
                    .toArray();
            double total = 0;
            for (float logit : of) {
                total += Math.exp((logit - (double) of[order[0]]) / temperatures[row]);
            }
            for (int place = 0; place < LARGEST; place++) {
                int id = place < order.length ? order[place] : -1;
                assertEquals(id, found.get(row).ids()[place], "row " + row + ", place " + place);
                if (id >= 0) {
                    assertEquals(of[id] + 0.0f, found.get(row).logit(place));
                }
            }
            assertEquals(total, found.get(row).total(), 1e-6 * total, "total of row " + row);
        }
    }

    /** Has one row more than the step says, which must be left alone. */
    private static List<Found> find(float[][] logits, float[] temperatures) {
        try (Arena arena = Arena.ofConfined();
                CudaSession session = CudaSession.open();
                DeviceMemory memory = new DeviceMemory(session, arena)) {
            int rows = logits.length;
            int width = logits[0].length;
            int parts = Math.ceilDiv(width, PART);
            float[] all = new float[rows * width];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(logits[row], 0, all, row * width, width);
            }
            long count = memory.with(MemorySegment.ofArray(new int[] {rows}));
            long factors = memory.with(MemorySegment.ofArray(temperatures));
            long keys = memory.allocate((long) rows * parts * LARGEST * Long.BYTES);
            long sums = memory.allocate((long) rows * parts * 2 * Float.BYTES);
            long found = memory.with(MemorySegment.ofArray(new int[(rows + 1) * FOUND]));
            long of = memory.with(MemorySegment.ofArray(all));
            memory.launch("largest_parts", Grid.of(parts, rows + 1, 256), of, count, width, factors, keys, sums);
            memory.launch("largest_join", Grid.of(rows + 1, 1024), keys, sums, parts, count, factors, found);
            return read(memory.read(found, (rows + 1) * FOUND), rows);
        }
    }

    private static List<Found> read(MemorySegment of, int rows) {
        List<Found> found = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            found.add(new Found(of.asSlice((long) row * FOUND * Integer.BYTES, FOUND * Integer.BYTES)));
        }
        MemorySegment after = of.asSlice((long) rows * FOUND * Integer.BYTES);
        assertArrayEquals(new int[FOUND], after.toArray(JAVA_INT), "a row that isn't there");
        return found;
    }
}
