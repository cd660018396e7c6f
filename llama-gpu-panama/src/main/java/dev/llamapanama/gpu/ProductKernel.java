// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.Tensor;
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

    /** Rows of a block of {@code gemm_f16_t32} and {@code gemm_bf16_t32}, of whose columns several blocks may have a part each. */
    private static final int FEW_ROWS = 128;

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

    /** Rows that a block computes. */
    int rows(DeviceFormat format) {
        return this == T32 && !format.isQuantised() ? FEW_ROWS : rows;
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

    /**
     * A kernel for steps with so many tokens.
     *
     * @param above all of them
     * @param most of them
     */
    record Use(ProductKernel kernel, int above, int most) {
        /** Tokens that a step has more of, where the kernel has a row for each of them; of other rows there may be any number. */
        int above(CudaTensor in) {
            return in.rows() == Tensor.Rows.TOKENS ? above : 0;
        }

        /** Tokens that it has at most. */
        int most(CudaTensor in) {
            return in.rows() == Tensor.Rows.TOKENS ? most : ALL;
        }
    }

    /**
     * The kernels that a plan needs for a product, whatever its steps are like.
     *
     * @param most tokens that a step has
     */
    static List<Use> forPlan(int most, CudaWeights weight) {
        if (most == 1) {
            return List.of(new Use(T1, 0, ALL));
        }
        if (most <= T8.tokens || !weight.isForTensorCores() || weight.cols() % STAGE != 0) {
            return List.of(new Use(T8, 0, ALL));
        }
        return most <= T128.tokens
                ? List.of(new Use(T8, 0, T8.tokens), new Use(T32, T8.tokens, ALL))
                : List.of(new Use(T32, 0, T128.tokens), new Use(T128, T128.tokens, ALL));
    }
}
