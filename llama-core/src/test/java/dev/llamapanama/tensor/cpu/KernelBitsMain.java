// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Prints a hash of the bits of every kernel's results, to be compared between JVMs that compile differently. */
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
                for (DType type : DType.values()) {
                    int cols = StoredMatrix.wholeBlocks(type, 160);
                    StoredMatrix matrix = StoredMatrix.random(type, 66, cols, random, arena);
                    float[] x = StoredMatrix.gaussians(3 * cols, random);
                    bits.add(line(kernels, type + " 1", matrix.multiply(kernels, x, 1)));
                    bits.add(line(kernels, type + " 3", matrix.multiply(kernels, x, 3)));
                }
                others(kernels, random, arena, bits);
            }
        }
        return bits;
    }

    private static void others(Kernels kernels, Random random, Arena arena, List<String> bits) {
        float[] x = StoredMatrix.gaussians(150, random);
        float[] y = StoredMatrix.gaussians(150, random);
        MemorySegment page =
                arena.allocateFrom(ValueLayout.JAVA_FLOAT, StoredMatrix.gaussians(KvLayout.PAGE_TOKENS * 42, random));
        float[] out = new float[150];
        kernels.rmsNorm(x, 0, y, 1e-5, out);
        bits.add(line(kernels, "rmsNorm", out));
        kernels.swiGlu(x, y, out, 0, 150);
        bits.add(line(kernels, "swiGlu", out));
        kernels.scores(x, 0, page, 0, 42, 0.2f, out, 0);
        bits.add(line(kernels, "scores", out));
        kernels.softmax(out, 0, 149);
        bits.add(line(kernels, "softmax", out));
        kernels.mix(x, 0, page, 0, 42, 13, out, 0);
        bits.add(line(kernels, "mix", out));
    }

    private static String line(Kernels kernels, String what, float[] result) {
        return kernels.description() + ", " + what + ": " + Integer.toHexString(Arrays.hashCode(result));
    }
}
