// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.tensor.BlockPatterns;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products with stored weights against the same products in double precision. */
class MatrixKernelTest {
    private static final int[] ROWS = {1, 3, 63, 64, 65, 127, 130};
    private static final int[] TOKENS = {1, 2, 3, 5, 8, 17};
    private static final int MOST_ROWS = 130;
    private static final int MOST_TOKENS = 17;
    /** Sums have at least four parts, so that roundings add up over a quarter of the columns at most. */
    private static final int PARTS = 4;

    private static final float UNTOUCHED = 12345;

    @AutoClose
    private final Arena arena = Arena.ofConfined();

    @ParameterizedTest
    @EnumSource
    void anyWidth(DType type) {
        int blocks = Math.max(3, 320 / type.blockSize());
        IntStream.rangeClosed(1, type.blockSize() == 1 ? 70 : blocks)
                .map(n -> n * type.blockSize())
                .forEach(cols -> new Product(type, cols).check(7, 3, 8));
    }

    @ParameterizedTest
    @EnumSource
    void anyNumberOfRowsAndTokens(DType type) {
        Product product = new Product(type, StoredMatrix.wholeBlocks(type, 96));
        for (int rows : ROWS) {
            for (int tokens : TOKENS) {
                product.check(rows, tokens, rows);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void longRows(DType type) {
        Product product = new Product(type, StoredMatrix.wholeBlocks(type, 2048 + 32));
        product.check(130, 1, 67);
        product.check(130, 17, 5);
    }

    @ParameterizedTest
    @EnumSource
    void partsOfTheRowsLeaveTheOthersAlone(DType type) {
        Product product = new Product(type, StoredMatrix.wholeBlocks(type, 64));
        for (int[] range : new int[][] {{0, 0}, {1, 2}, {3, 68}, {0, 64}, {62, 129}, {129, 130}, {5, 130}, {64, 128}}) {
            for (int tokens : TOKENS) {
                product.check(130, range[0], range[1], tokens);
            }
        }
    }

    /** Sums of products in 16 bits have no room to spare. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32", "F16", "BF16", "F64", "I8", "I16", "I32", "I64"})
    void largestQuantsTimesLargestActivations(DType type) {
        int cols = 2 * type.blockSize();
        int tokens = 7;
        float[] x = new float[tokens * cols];
        for (int i = 0; i < x.length; i++) {
            int token = i / cols;
            int column = i % cols;
            x[i] = token == 0 || (token < 6 && (column >> (token - 1)) % 2 == 0) ? 1 : -1;
        }
        for (int value : new int[] {0, 0xff, 0x0f, 0xf0, 0x55, 0xaa, 0x7f, 0x80}) {
            StoredMatrix matrix = StoredMatrix.of(type, 17, cols, BlockPatterns.uniform(type, value, 34), arena);
            double[] operand = matrix.operand(x);
            for (Kernels kernels : StoredMatrix.kernels()) {
                float[] together = matrix.multiply(kernels, x, tokens);
                for (int token = 0; token < tokens; token++) {
                    float[] alone =
                            matrix.multiply(kernels, Arrays.copyOfRange(x, token * cols, (token + 1) * cols), 1);
                    double expected = matrix.dot(16, operand, token);
                    double bound = (cols + 12) * 0x1p-24 * matrix.size(16, operand, token);
                    assertEquals(expected, together[token * 17 + 16], bound, kernels.description());
                    assertEquals(expected, alone[16], bound, kernels.description());
                }
            }
        }
    }

    /** A random product, and its true values and the errors that are allowed in them. */
    private final class Product {
        private final StoredMatrix matrix;
        private final float[] x;
        private final float[] before;
        private final double[] exact = new double[MOST_ROWS * MOST_TOKENS];
        private final double[] bound = new double[MOST_ROWS * MOST_TOKENS];

        Product(DType type, int cols) {
            Random random = new Random(31 * cols + type.blockBytes());
            matrix = StoredMatrix.random(type, MOST_ROWS, cols, random, arena);
            x = StoredMatrix.gaussians(MOST_TOKENS * cols, random);
            before = StoredMatrix.gaussians(MOST_TOKENS * MOST_ROWS, random);
            double[] operand = matrix.operand(x);
            for (int token = 0; token < MOST_TOKENS; token++) {
                for (int row = 0; row < MOST_ROWS; row++) {
                    int at = token * MOST_ROWS + row;
                    exact[at] = matrix.dot(row, operand, token);
                    bound[at] = (cols / PARTS + 12) * 0x1p-24 * matrix.size(row, operand, token);
                }
            }
        }

        /** Checks whole products, and with a step of so many rows partial ones. */
        void check(int rows, int tokens, int step) {
            check(rows, 0, rows, tokens);
            for (int from = 0; from + step <= rows; from += step) {
                check(rows, from, from + step, tokens);
            }
        }

        void check(int rows, int from, int to, int tokens) {
            StoredMatrix top = matrix.top(rows);
            for (Kernels kernels : StoredMatrix.kernels()) {
                float[] stored = new float[tokens * rows];
                Arrays.fill(stored, UNTOUCHED);
                top.multiply(kernels, from, to, x, tokens, stored, Epilogue.STORE);
                float[] added = Arrays.copyOf(before, tokens * rows);
                top.multiply(kernels, from, to, x, tokens, added, Epilogue.ADD);
                for (int i = 0; i < stored.length; i++) {
                    int row = i % rows;
                    boolean inside = from <= row && row < to;
                    int at = i / rows * MOST_ROWS + row;
                    String where = kernels.description() + ", row " + row + " of " + rows + ", token " + i / rows;
                    assertEquals(inside ? exact[at] : UNTOUCHED, stored[i], inside ? bound[at] : 0, where);
                    assertEquals(
                            inside ? before[i] + exact[at] : before[i],
                            added[i],
                            inside ? bound[at] + 0x1p-23 * (Math.abs(before[i]) + Math.abs(exact[at])) : 0,
                            where);
                }
            }
        }
    }
}
