// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

/**
 * A weight matrix, written {@code 8192x2048}.
 *
 * @param rows outputs
 * @param cols inputs
 */
record MatrixSize(int rows, int cols) {
    static MatrixSize parse(String text) {
        String[] parts = text.split("x", -1);
        try {
            if (parts.length == 2) {
                return new MatrixSize(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            }
        } catch (NumberFormatException _) {
            // refused below
        }
        throw new IllegalArgumentException("size: found " + text + ", expected rows and columns such as 8192x2048");
    }

    long elements() {
        return (long) rows * cols;
    }
}
