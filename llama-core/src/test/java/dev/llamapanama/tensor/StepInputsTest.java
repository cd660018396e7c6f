// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepInputsTest {
    private static final int[] IDS = {10, 11, 12, 13, 14, 15, 16, 17, 18, 19};

    @AutoClose
    private final Arena arena = Arena.ofConfined();

    private final StepInputs inputs = new StepInputs(new StepShape(8, 2, 3, 4), arena);

    @Test
    void rowsOfSequencesStandOneAfterTheOther() {
        inputs.append(IDS, 1, 3, 15, new int[] {7, 9, 8}, 1);
        inputs.append(IDS, 5, 4, 0, new int[] {2}, 3);

        assertEquals(7, inputs.tokens());
        assertEquals(2, inputs.sequences());
        assertEquals(4, inputs.logits());
        assertArrayEquals(new int[] {11, 12, 13, 15, 16, 17, 18}, ints(inputs.tokenIds(), 7));
        assertArrayEquals(new int[] {15, 16, 17, 0, 1, 2, 3}, ints(inputs.positions(), 7));
        assertArrayEquals(new int[] {0, 3, 7}, ints(inputs.sequenceStarts(), 3));
        assertArrayEquals(new int[] {7, 9}, ints(inputs.pageTables(), 2));
        assertEquals(2, inputs.pageTables().getAtIndex(JAVA_INT, 3));
        assertArrayEquals(new int[] {2, 4, 5, 6}, ints(inputs.logitRows(), 4));
    }

    @Test
    void clearingBeginsANewStep() {
        inputs.append(IDS, 0, 8, 0, new int[] {1}, 4);
        inputs.clear();
        assertEquals(0, inputs.tokens() + inputs.sequences() + inputs.logits());
        inputs.append(IDS, 2, 1, 40, new int[] {4, 5, 6}, 0);
        assertArrayEquals(new int[] {12}, ints(inputs.tokenIds(), 1));
        assertArrayEquals(new int[] {40}, ints(inputs.positions(), 1));
        assertArrayEquals(new int[] {4, 5, 6}, ints(inputs.pageTables(), 3));
        assertEquals(0, inputs.logits());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 1, 0, tokens",
        "0, -1, 0, 1, 0, tokens",
        "0, 9, 0, 1, 0, tokens",
        "0, 2147483647, 0, 1, 0, tokens",
        "9, 2, 0, 1, 0, token ids",
        "-1, 2, 0, 1, 0, token ids",
        "0, 1, -1, 1, 0, position",
        "0, 1, 2147483647, 3, 0, position",
        "0, 1, 48, 4, 0, position",
        "0, 4, 45, 3, 0, position",
        "0, 2, 15, 1, 0, pages",
        "0, 1, 0, 0, 0, pages",
        "0, 2, 0, 1, 3, logits",
        "0, 6, 0, 1, 4, logits",
        "0, 2, 0, 1, -1, logits",
    })
    void refusesWhatDoesNotFit(int from, int count, int position, int pages, int logits, String field) {
        inputs.append(IDS, 0, 2, 0, new int[] {5}, 1);
        // The second sequence is checked against what the first left over.
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> inputs.append(IDS, from, count, position, new int[pages], logits))
                .getMessage());
        assertTrue(message.startsWith(field) && message.contains("found"), message);

        inputs.append(IDS, 4, 6, 0, new int[] {6}, 3);
        assertArrayEquals(new int[] {10, 11, 14, 15, 16, 17, 18, 19}, ints(inputs.tokenIds(), 8));
        assertArrayEquals(new int[] {1, 5, 6, 7}, ints(inputs.logitRows(), 4));
    }

    @Test
    void refusesMoreSequencesThanTheShapeHas() {
        inputs.append(IDS, 0, 1, 0, new int[] {0}, 0);
        inputs.append(IDS, 0, 1, 0, new int[] {0}, 0);
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> inputs.append(IDS, 0, 1, 0, new int[] {0}, 0))
                .getMessage());
        assertTrue(message.startsWith("sequences"), message);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1, 1", "1, 0, 1, 1", "1, 1, 0, 1", "1, 1, 1, 0", "4, 1, 1, 5"})
    void shapesArePositiveAndHaveNoMoreLogitsThanTokens(int tokens, int sequences, int pages, int logits) {
        assertThrows(IllegalArgumentException.class, () -> new StepShape(tokens, sequences, pages, logits));
    }

    @Test
    void pagesHoldSixteenPositions() {
        assertArrayEquals(
                new int[] {0, 1, 1, 1, 2},
                Arrays.stream(new int[] {0, 1, 15, 16, 17})
                        .map(KvLayout::pagesFor)
                        .toArray());
        assertEquals(48, new StepShape(1, 1, 3, 1).maxPositions());
        assertEquals(2 * 3 * 2 * 4 * 16 * 4, new KvLayout(3, 2, 4, DType.F32).pageBytes());
        assertEquals(2 * 3 * 2 * 4 * 16 * 2, new KvLayout(3, 2, 4, DType.F16).pageBytes());
        assertThrows(IllegalArgumentException.class, () -> new KvLayout(3, 2, 4, DType.BF16));
    }

    private static int[] ints(MemorySegment segment, int count) {
        return Arrays.copyOf(segment.toArray(JAVA_INT), count);
    }
}
