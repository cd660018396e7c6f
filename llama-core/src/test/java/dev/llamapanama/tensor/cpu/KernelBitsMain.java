// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.TestBackends;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Prints a hash of the bits of every kernel's results, to be compared between JVMs that compile differently or have other vectors, and
 * fails where a product is wrong. Lines that must not depend on the width of vectors don't begin with it.
 */
final class KernelBitsMain {
    private KernelBitsMain() {}

    @SuppressWarnings("SystemOut") // a program
    public static void main(String[] args) {
        bits().forEach(System.out::println);
    }

    static List<String> bits() {
        List<String> bits = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            for (Kernels kernels : StoredMatrix.kernels()) {
                Random random = new Random(19);
                for (DType type : TestBackends.typesOfAllLoops().toList()) {
                    int cols = StoredMatrix.wholeBlocks(type, 160);
                    StoredMatrix matrix = StoredMatrix.random(type, 66, cols, random, arena);
                    float[] x = StoredMatrix.gaussians(7 * cols, random);
                    String name = kernels.packed(type) == null ? kernels.description() : "packed";
                    for (int tokens : new int[] {1, 3, 7}) {
                        float[] products = matrix.multiply(kernels, x, tokens);
                        requireRight(matrix, x, products);
                        bits.add(line(name, type + " " + tokens, products));
                    }
                }
                others(kernels, random, arena, bits);
            }
        }
        return bits;
    }

    private static void requireRight(StoredMatrix matrix, float[] x, float[] products) {
        double[] operand = matrix.operand(x);
        for (int i = 0; i < products.length; i++) {
            int row = i % matrix.rows();
            int token = i / matrix.rows();
            double bound = matrix.cols() * 0x1p-24 * matrix.size(row, operand, token);
            double error = Math.abs(products[i] - matrix.dot(row, operand, token));
            // Not the other way round: it may not be a number.
            if (!(error <= bound)) {
                throw new AssertionError(matrix.type() + ", row " + row + ", token " + token + ": off by " + error);
            }
        }
    }

    private static void others(Kernels kernels, Random random, Arena arena, List<String> bits) {
        float[] x = StoredMatrix.gaussians(150, random);
        float[] y = StoredMatrix.gaussians(150, random);
        StoredMatrix halves = StoredMatrix.random(DType.F16, 1, 150, random, arena);
        float[] out = new float[150];
        kernels.rmsNorm(x, 0, y, 1e-5, out);
        bits.add(line(kernels.description(), "rmsNorm", out));
        kernels.swiGlu(x, y, out, 0, 150);
        bits.add(line(kernels.description(), "swiGlu", out));
        kernels.decode(DType.F16, halves.stored(), 0, 1, 150, out, 0, 150);
        bits.add(line(kernels.description(), "decode", out));
        out[0] = kernels.max(x, 0, 149);
        out[1] = kernels.exponentiate(out, 2, 147, out[0]);
        bits.add(line(kernels.description(), "exponentiate", out));
        kernels.scale(out, 0, 149, 0.3f);
        bits.add(line(kernels.description(), "scale", out));
        kernels.multiply(y, 0, 32, x, 0, 4, 4, 3, out, 0, 32);
        bits.add(line(kernels.description(), "multiply", out));
    }

    private static String line(String name, String what, float[] result) {
        return name + ", " + what + ": " + Integer.toHexString(Arrays.hashCode(result));
    }
}
