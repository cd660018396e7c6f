// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import java.util.ArrayList;
import java.util.List;

/** Kernels that multiply matrices: how much of a product a block of threads computes. */
enum ProductKernel {
    /** One token: bound by the memory that weights are read from. */
    T1("linear", 1, 4, 128),
    /** A few tokens, of which each has the bits that it has alone. */
    T8("linear", 8, 4, 128),
    /** More, on tensor cores, in small pieces: for many multiprocessors there are enough of these in few rows. */
    T32("gemm", 32, 32, 256),
    /** Most, on tensor cores. */
    T128("gemm", 128, 128, 256);

    /** Columns that tensor cores want a multiple of. */
    private static final int STAGE = 64;

    private static final int ALL = Integer.MAX_VALUE;

    private final String prefix;
    private final int tokens;
    private final int rows;
    private final int threads;

    ProductKernel(String prefix, int tokens, int rows, int threads) {
        this.prefix = prefix;
        this.tokens = tokens;
        this.rows = rows;
        this.threads = threads;
    }

    int tokens() {
        return tokens;
    }

    int rows() {
        return rows;
    }

    int threads() {
        return threads;
    }

    boolean isOfTensorCores() {
        return this == T32 || this == T128;
    }

    String name(DeviceFormat format) {
        return prefix + "_" + format.suffix() + "_t" + tokens;
    }

    /** That of the kernel for rows of experts. */
    String nameForExperts(DeviceFormat format) {
        return "experts_" + format.suffix() + "_t" + tokens;
    }

    /**
     * A kernel for steps with so many tokens.
     *
     * @param above all of them
     * @param most of them
     */
    record Use(ProductKernel kernel, int above, int most) {}

    /**
     * The kernels that a plan needs for a product, whatever its steps are like.
     *
     * @param most tokens that a step has
     */
    static List<Use> forPlan(int most, CudaWeights weight) {
        if (most == 1) {
            return List.of(new Use(T1, 0, ALL));
        }
        if (most <= T8.tokens || !isForTensorCores(weight.format(), weight.cols())) {
            return List.of(new Use(T8, 0, ALL));
        }
        return most <= T128.tokens
                ? List.of(new Use(T8, 0, T8.tokens), new Use(T32, T8.tokens, ALL))
                : List.of(new Use(T32, 0, T128.tokens), new Use(T128, T128.tokens, ALL));
    }

    /**
     * The kernels that a plan needs for the products of experts: one by one while most choose alone, then together.
     *
     * @param most tokens that a step has
     * @param perToken experts that each chooses among so many
     */
    static List<Use> forExperts(int most, int perToken, int experts, boolean onTensorCores) {
        int alone = Math.max(1, experts / perToken / 2);
        int few = Math.max(T8.tokens, T8.tokens * experts / perToken);
        List<Use> uses = new ArrayList<>(List.of(new Use(T1, 0, Math.min(most, alone))));
        if (most > alone) {
            uses.add(new Use(T8, alone, onTensorCores ? Math.min(most, few) : most));
        }
        if (most > few && onTensorCores) {
            uses.add(new Use(T32, few, most));
        }
        return uses;
    }

    /** Whether there are kernels on tensor cores for such matrices. */
    static boolean isForTensorCores(DeviceFormat format, int cols) {
        return format != DeviceFormat.F32 && cols % STAGE == 0;
    }
}
